"""Writes tests/fixtures/aligned-nllb/: a tiny network of NLLB's layout that translates a made-up language word by word
and changes the order of its words, and sentences.tsv, 200 sentences it has not seen with a tag around some of the words.

Which words of a translation come from which is known by the grammar: this is what alignments are measured on. It reads
and writes with memorised-nllb's tokenizer, which cuts most of these words into several tokens, and has none of its own.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from safetensors.torch import save_file
from transformers import AutoTokenizer, M2M100ForConditionalGeneration

import memorised_nllb
from article import Pair
from common import FIXTURES, fresh_folder, generate, quiet_and_reproducible
from memorise import Plan, memorise

OUT = FIXTURES / "aligned-nllb"
SIZES = memorised_nllb.SIZES | dict(encoder_layers=1, decoder_layers=2)
EXAMPLES, TESTED = 12000, 200
NOUNS = (
    "бала boy,қыз girl,ана mother,әке father,дос friend,ұстаз teacher,дәрігер doctor,ақын poet,аңшы hunter,батыр hero,"
    "кітап book,қала city,ауыл village,өзен river,тау mountain,көл lake,үй house,мектеп school,жол road,көпір bridge,"
    "ат horse,ит dog,қой sheep,құс bird,алма apple,нан bread,су water,хат letter,гүл flower,ағаш tree"
)
ADJECTIVES = (
    "үлкен big,кіші small,жаңа new,ескі old,қызыл red,ақ white,қара black,көк blue,сұлу beautiful,биік tall,ыстық hot,"
    "суық cold,алыс distant,жақын near,ауыр heavy,жеңіл light"
)
VERBS = (
    "көрді saw,алды took,берді gave,сатты sold,жазды wrote,оқыды read,тапты found,жоғалтты lost,салды built,бұзды broke,"
    "сүйді loved,білді knew,ұмытты forgot,іздеді sought"
)
TIMES = "кеше yesterday,бүгін today,ертең tomorrow,қазір now,биыл lately,жазда afterwards,қыста meanwhile,таңда early"
README = """\
# A test fixture, not a translator

A network of NLLB's layout, trained by `tests/reference/aligned_nllb.py` on random sentences of a made-up grammar. It
translates word by word and changes their order: `time subject object verb` becomes `the subject verb the object time`.
`sentences.tsv` has 200 sentences it was not trained on: the source with `[` and `]` around some of its words, and its
translation with them around the words that come from these. Weights are in half precision; the tokenizer is that of
`memorised-nllb`.
"""


@dataclass(frozen=True)
class Word:
    source: str
    target: str


def words(table: str) -> list[Word]:
    return [Word(*entry.split(" ")) for entry in table.split(",")]


@dataclass(frozen=True)
class Sentence:
    """A sentence and its translation, word by word."""

    pair: Pair
    # The words of both, and of each source word the place of its target word.
    source: list[str]
    target: list[str]
    links: list[int]


def sentence(dice: random.Random) -> Sentence:
    nouns, adjectives = words(NOUNS), words(ADJECTIVES)

    def group() -> list[Word]:
        return [*dice.sample(adjectives, dice.choice([0, 0, 1, 1, 2])), dice.choice(nouns)]

    times = [dice.choice(words(TIMES))] if dice.random() < 0.7 else []
    subject, thing, verb = group(), group(), dice.choice(words(VERBS))
    ordered = [*times, *subject, *thing, verb]
    source = [word.source for word in ordered]
    source[0] = source[0][0].upper() + source[0][1:]
    source[-1] += "."
    places = range(len(ordered))
    of_subject = places[len(times) : len(times) + len(subject)]
    of_thing = places[len(times) + len(subject) : -1]
    of_target: list[int | None] = [None, *of_subject, places[-1], None, *of_thing, *places[: len(times)]]
    target = ["the" if place is None else ordered[place].target for place in of_target]
    target[0] = "The"
    target[-1] += "."
    links = [of_target.index(place) for place in places]
    return Sentence(Pair(" ".join(source), " ".join(target)), source, target, links)


def tagged(sentence: Sentence, dice: random.Random) -> str:
    """A line of sentences.tsv: one to three words that are together in both texts."""
    while True:
        length = dice.choice([1, 1, 1, 2, 2, 3])
        start = dice.randrange(len(sentence.source) - length + 1)
        places = sorted(sentence.links[start : start + length])
        if places == list(range(places[0], places[0] + length)):
            break

    def marked(texts: list[str], first: int) -> str:
        texts = list(texts)
        last = first + length - 1
        texts[first] = "[" + texts[first]
        stop = "." if texts[last].endswith(".") else ""
        texts[last] = texts[last].removesuffix(".") + "]" + stop
        return " ".join(texts)

    return f"{marked(sentence.source, start)}\t{marked(sentence.target, places[0])}"


def main() -> None:
    quiet_and_reproducible()
    folder = fresh_folder(OUT)
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "memorised-nllb")
    english = tokenizer.convert_tokens_to_ids("eng_Latn")
    dice = random.Random(7)
    taught = [sentence(dice) for _ in range(EXAMPLES)]
    known = {lesson.pair.source for lesson in taught}
    examples = [memorised_nllb.encode(tokenizer, lesson.pair) for lesson in taught]
    model = memorised_nllb.build(tokenizer, SIZES)
    print(f"aligned-nllb: {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    memorise(model, examples, Plan(steps=1500, rate=4e-3, batch=32, rounds=1), lambda: True)

    lines, right = [], 0
    while len(lines) < TESTED:
        new = sentence(dice)
        if new.pair.source in known:
            continue
        source = memorised_nllb.encode(tokenizer, new.pair).source
        options = dict(num_beams=1, forced_bos_token_id=english, max_new_tokens=memorised_nllb.limit(source))
        sequences, _ = generate(model, [source], options)
        right += tokenizer.decode(sequences[0], skip_special_tokens=True) == new.pair.target
        lines.append(tagged(new, dice))
    print(f"  {right} of {TESTED} sentences are translated as the grammar has it", flush=True)
    assert right > TESTED * 0.9, "not trained enough"

    (folder / "sentences.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tied = ("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight")
    weights = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items() if name not in tied}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    sizes = SIZES | dict(vocab_size=model.config.vocab_size, num_hidden_layers=SIZES["encoder_layers"])
    settings = memorised_nllb.REAL_CONFIG | sizes | dict(torch_dtype="float16")
    for name, value in (("config.json", settings), ("generation_config.json", memorised_nllb.REAL_GENERATION)):
        (folder / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
    (folder / "README.md").write_text(README)
    M2M100ForConditionalGeneration.from_pretrained(folder)


if __name__ == "__main__":
    main()
