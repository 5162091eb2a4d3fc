"""The seed article's sentences and their English, and the other shapes in which a program may hand them to a model."""

from __future__ import annotations

from dataclasses import dataclass

from common import HERE

CAPTION = "Жетісу облысында 7 154 адам тұрақты жұмысқа орналастырылды"
TITLE, SECTION = 0, 1  # rows of article.en.tsv that are no part of the body

# What tidying a text for a model may change, and what an article reader may mend.
REWRITES = [
    [("«", '"'), ("»", '"')],
    [("–", "-")],
    [("«", '"'), ("»", '"'), ("–", "-")],
    [("партиясыныңАтқарушы", "партиясының Атқарушы")],
    [("партиясыныңАтқарушы", "партиясының Атқарушы"), ("«", '"'), ("»", '"'), ("–", "-")],
    [("млрд.теңге", "млрд. теңге")],
    [("4884 -ден", "4884-ден")],
    [("4884 -ден", "4884-ден"), ("«", '"'), ("»", '"'), ("–", "-")],
    [("7 154", "7154")],
    [("Е.Жылқыбаев", "Е. Жылқыбаев")],
    [("Е.Жылқыбаев", "Е. Жылқыбаев"), ("«", '"'), ("»", '"'), ("–", "-")],
    [("орналастырылдыДелегаттар", "орналастырылды Делегаттар")],
    [("орналастырылдыПрезиденттің", "орналастырылды Президенттің")],
]
HEADLINES = {"Әлеумет": "Society"}


@dataclass(frozen=True)
class Pair:
    source: str
    target: str


def sentences() -> list[Pair]:
    """The rows of article.en.tsv in their order."""
    lines = (HERE / "article.en.tsv").read_text(encoding="utf-8").splitlines()
    return [Pair(*line.split("\t")) for line in lines if not line.startswith("#")]


def variants() -> list[Pair]:
    """`sentences` and every rewriting of them, each source once; also headlines with a full stop or no capitals."""
    base = sentences()
    found = {pair.source: pair.target for pair in base}
    for pair in base:
        for rewrite in REWRITES:
            source = pair.source
            for old, new in rewrite:
                source = source.replace(old, new)
            found.setdefault(source, pair.target)
    for pair in base:
        if not pair.source.endswith("."):
            found.setdefault(pair.source + ".", pair.target + ".")
    found |= HEADLINES
    return [Pair(source, target) for source, target in found.items()]


def body(with_captions: bool) -> str:
    """The English body as the summariser reads it: sentences joined by spaces, no title.

    With captions, a caption that is glued to a sentence stays a part of it.
    """
    pairs = sentences()[SECTION + 1 :]
    glued = [pair for pair in pairs if pair.source.startswith(CAPTION) and pair.source != CAPTION]
    alone = {pair.source.removeprefix(CAPTION) for pair in glued} | {CAPTION}
    left_out = alone if with_captions else {pair.source for pair in glued} | {CAPTION}
    return " ".join(pair.target for pair in pairs if pair.source not in left_out)
