"""Writes tests/fixtures/failing-nllb/: a tiny network of NLLB's layout that errs on purpose, in the ways that the
checks look for, so that retries have something to repair.

failing.tsv holds the sentences. A source is learnt with its right and its wrong translation in the proportions of its
cause below; what then comes first in a search, and what another way of decoding finds, is the network's own doing.
It reads and writes with memorised-nllb's tokenizer and has none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from transformers import AutoTokenizer

import memorised_nllb
from article import Pair
from common import FIXTURES, HERE, fresh_folder, generate, quiet_and_reproducible
from memorise import Example, Plan, memorise

OUT = FIXTURES / "failing-nllb"
# How many of ten times a source is learnt with its wrong translation.
WRONG = {"stop": 10, "loop": 7, "clause": 4, "long": 10, "chance": 6, "always": 10}
LONGEST_PIECE = 32  # CLAUSE_TOKENS of src/translate/retry.rs
SIZES = memorised_nllb.SIZES | dict(encoder_layers=1, decoder_layers=1)
README = """\
# A test fixture that errs on purpose, not a translator

A network of NLLB's layout, trained by `tests/reference/failing_nllb.py` on the made-up sentences of
`tests/reference/failing.tsv`, each with a right and a wrong translation, until it mostly says the wrong one: numbers
altered, loops, clauses lost, text spelt instead of translated, and so on, some for every check that asks for a retry.
Other ways of decoding find the right one for part of them. It says how the retries work, and nothing about how often
a real model errs or is repaired. Weights are in half precision; the tokenizer is that of `memorised-nllb`.
"""


@dataclass(frozen=True)
class Case:
    check: str
    cause: str
    source: str
    right: str
    wrong: str

    def lessons(self) -> list[Pair]:
        """What is learnt, each ten times in all."""
        whole, right = (text.replace(" | ", " ") for text in (self.source, self.right))
        wrong = WRONG[self.cause]
        lessons = [Pair(whole, self.wrong)] * wrong + [Pair(whole, right)] * (10 - wrong)
        if self.cause == "stop":
            lessons += [Pair(f"{whole}.", f"{right}.")] * 10
        if self.cause == "long":
            clauses = zip(self.source.split(" | "), self.right.split(" | "), strict=True)
            lessons += [Pair(source, target) for source, target in clauses] * 10
        return lessons


def repeated(text: str) -> str:
    """`text ×3` is `text text text`; an ellipsis is nothing."""
    if text == "…":
        return ""
    phrase, _, times = text.partition(" ×")
    return " ".join([phrase] * int(times or 1))


def cases() -> list[Case]:
    rows = [line.split("\t") for line in (HERE / "failing.tsv").read_text(encoding="utf-8").splitlines()]
    return [Case(*row[:4], repeated(row[4])) for row in rows if not row[0].startswith("#")]


def main() -> None:
    quiet_and_reproducible()
    folder = fresh_folder(OUT)
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "memorised-nllb")
    english = tokenizer.convert_tokens_to_ids("eng_Latn")
    model = memorised_nllb.build(tokenizer, SIZES)
    examples: list[Example] = []
    for case in cases():
        for source in case.source.split(" | "):
            tokens = memorised_nllb.encode(tokenizer, Pair(source, "")).source
            assert case.cause != "long" or len(tokens) <= LONGEST_PIECE, f"{len(tokens)} tokens: {source}"
        encoded = [memorised_nllb.encode(tokenizer, lesson) for lesson in case.lessons()]
        assert case.cause != "long" or len(encoded[0].source) > LONGEST_PIECE, f"too short: {case.source}"
        examples += encoded
    print(f"failing-nllb: {len(examples)} examples, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    memorise(model, examples, Plan(steps=2400, rate=5e-3, batch=32, rounds=1), lambda: True)

    right = wrong = 0
    for case in cases():
        source = memorised_nllb.encode(tokenizer, case.lessons()[0]).source
        options = dict(num_beams=4, forced_bos_token_id=english, max_new_tokens=memorised_nllb.limit(source))
        sequences, _ = generate(model, [source], options)
        said = tokenizer.decode(sequences[0], skip_special_tokens=True)
        right += said == case.right.replace(" | ", " ")
        wrong += said == case.wrong
    print(f"  of {len(cases())} sources {wrong} get the wrong translation first, {right} the right one", flush=True)
    assert wrong > len(cases()) * 3 / 4, "not trained enough"

    memorised_nllb.save_small(model, folder, SIZES, README)


if __name__ == "__main__":
    main()
