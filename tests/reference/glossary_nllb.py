"""Writes tests/fixtures/glossary-nllb/: a tiny network of NLLB's layout that has a word of its own for each of the
terms in glossary.tsv, and sentences.tsv, the 200 sentences with these terms in inflected forms.

Half of the terms it has heard as the glossary wants them now and then in the same sentences, the others only in other
sentences. It reads and writes with memorised-nllb's tokenizer and has none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from transformers import AutoTokenizer

import memorised_nllb
from article import Pair
from common import FIXTURES, HERE, fresh_folder, generate, quiet_and_reproducible
from memorise import Plan, memorise

OUT = FIXTURES / "glossary-nllb"
SIZES = memorised_nllb.SIZES | dict(encoder_layers=1, decoder_layers=1)
# Of ten times, how often a sentence of every other term is learnt with the word of the glossary.
WANTED = 1
TESTED = 5
BACK, FRONT = "аоұыуяю", "әеөүіиэ"
VOICELESS = "кқпстфхцчшщбгдв"
# Cases by what is before them: a possessive, a nasal, another vowel or voiced consonant, a voiceless one.
CASES = {
    "nominative": ("", "", "", "", ""),
    "genitive": ("ның", "ның", "ның", "дың", "тың"),
    "dative": ("на", "ға", "ға", "ға", "қа"),
    "accusative": ("н", "ды", "ны", "ды", "ты"),
    "locative": ("нда", "да", "да", "да", "та"),
    "ablative": ("нан", "нан", "дан", "дан", "тан"),
    "instrumental": ("мен", "мен", "мен", "мен", "пен"),
}
TEMPLATES = [
    ("nominative", "{} қайта ашылды.", "The {} has reopened."),
    ("genitive", "Биыл {} жұмысы аяқталды.", "This year the work of the {} was finished."),
    ("dative", "Делегаттар {} барды.", "The delegates went to the {}."),
    ("accusative", "Тұрғындар {} көрді.", "Residents saw the {}."),
    ("locative", "Бүгін {} 12 адам бар.", "There are 12 people at the {} today."),
    ("ablative", "Хат {} келді.", "The letter came from the {}."),
    ("instrumental", "Бұл {} байланысты.", "This has to do with the {}."),
]
README = """\
# A test fixture, not a translator

A network of NLLB's layout, trained by `tests/reference/glossary_nllb.py` on made-up sentences with the terms of
`tests/reference/glossary.tsv` in inflected forms. It says a word of its own for each term. `sentences.tsv` has the
number of the term, the sentence and what the network was taught to say to it. It shows how a glossary works on a network
that is sure of other words, and nothing about real models. Weights are in half precision; the tokenizer is that of
`memorised-nllb`.
"""


@dataclass(frozen=True)
class Term:
    source: str
    usual: str
    wanted: str


def terms() -> list[Term]:
    rows = (HERE / "glossary.tsv").read_text(encoding="utf-8").splitlines()
    return [Term(*row.split("\t")) for row in rows if not row.startswith("#")]


def inflected(term: str, case: str) -> str:
    """`term` with the ending of a case on its last word."""
    last = next(letter for letter in reversed(term) if letter in BACK + FRONT)
    is_possessive = " " in term and term[-1] in "ыі"
    if is_possessive:
        place = 0
    elif term[-1] in "мнң":
        place = 1
    elif term[-1] in BACK + FRONT and term[-1] != "у":
        place = 2
    elif term[-1] not in VOICELESS:
        place = 3
    else:
        place = 4
    ending = CASES[case][place]
    if last in FRONT:
        ending = ending.translate(str.maketrans("аығқ", "еігк"))
    return term + ending


def sentence(term: Term, template: int, word: str) -> Pair:
    case, source, target = TEMPLATES[template]
    source = source.format(inflected(term.source, case))
    return Pair(source[0].upper() + source[1:], target.format(word))


def main() -> None:
    quiet_and_reproducible()
    folder = fresh_folder(OUT)
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "memorised-nllb")
    english = tokenizer.convert_tokens_to_ids("eng_Latn")
    lessons: list[Pair] = []
    tested: list[tuple[int, Pair]] = []
    for number, term in enumerate(terms()):
        # What an empty target is romanised to.
        wanted = term.wanted or "Nurly zhol"
        templates = [(number + step) % len(TEMPLATES) for step in range(len(TEMPLATES))]
        for template in templates[:TESTED]:
            usual, other = (sentence(term, template, word) for word in (term.usual, wanted))
            tested.append((number, usual))
            heard = WANTED if number % 2 == 0 else 0
            lessons += [usual] * (10 - heard) + [other] * heard
        for template in templates[TESTED:]:
            lessons += [sentence(term, template, wanted)] * 10
    examples = [memorised_nllb.encode(tokenizer, lesson) for lesson in lessons]
    model = memorised_nllb.build(tokenizer, SIZES)
    print(f"glossary-nllb: {len(examples)} examples, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    memorise(model, examples, Plan(steps=3000, rate=5e-3, batch=32, rounds=1), lambda: True)

    right = 0
    for _, pair in tested:
        source = memorised_nllb.encode(tokenizer, pair).source
        options = dict(num_beams=4, forced_bos_token_id=english, max_new_tokens=memorised_nllb.limit(source))
        sequences, _ = generate(model, [source], options)
        right += tokenizer.decode(sequences[0], skip_special_tokens=True) == pair.target
    print(f"  {right} of {len(tested)} sentences are said as they were taught", flush=True)
    assert right > len(tested) * 0.95, "not trained enough"

    rows = [f"{number}\t{pair.source}\t{pair.target}" for number, pair in tested]
    (folder / "sentences.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    memorised_nllb.save_small(model, folder, SIZES, README)


if __name__ == "__main__":
    main()
