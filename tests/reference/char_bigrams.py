"""Makes src/language/char_bigrams/*.txt: how surprising each pair of neighbouring letters is.

    python tests/reference/char_bigrams.py NTREX-128-FOLDER

The folder is NTREX-128 of github.com/MicrosoftTranslator/NTREX (news in 128 languages, Microsoft,
CC BY-SA 4.0) with `DOCUMENT_IDS.tsv` beside it. Only counts of letter pairs are written, no text.
Documents are taken in turn for counting and for measuring: the 1st, 3rd, 5th ... are counted here,
the others are what docs/reading.md measures on.

A table is a square of characters, one row for each first letter: the cost of the pair in quarter
bits, -4 log2 P(second | first), as the character '0' + cost, at most 48 (12 bits).
"""

import collections
import math
import pathlib
import re
import sys

# The order must be that of `class` in src/language/char_bigrams.rs.
CYRILLIC = ["boundary", "Latin", "other"] + list(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһіҗҙҫҡєїґўҳҷӣӯ"
)
LATIN = ["boundary", "Cyrillic", "other"] + list("abcdefghijklmnopqrstuvwxyz")
MOST = 48
ADDED = 0.05

LANGUAGES = {
    "kaz_Cyrl": ("kaz", CYRILLIC),
    "rus_Cyrl": ("rus", CYRILLIC),
    "kir_Cyrl": ("kir", CYRILLIC),
    "tat_Cyrl": ("tat", CYRILLIC),
    "bak_Cyrl": ("bak", CYRILLIC),
    "khk_Cyrl": ("mon", CYRILLIC),
    "ukr_Cyrl": ("ukr", CYRILLIC),
    "bel_Cyrl": ("bel", CYRILLIC),
    "bul_Cyrl": ("bul", CYRILLIC),
    "tgk_Cyrl": ("tgk-Cyrl", CYRILLIC),
    "uzn_Cyrl": ("uzb", CYRILLIC),
    "eng_Latn": ("eng", LATIN),
    "tur_Latn": ("tur", LATIN),
    "uzn_Latn": ("uzb", LATIN),
    "azj_Latn": ("aze-Latn", LATIN),
    "deu_Latn": ("deu", LATIN),
    "fra_Latn": ("fra", LATIN),
}


# The Uzbek text is in Latin script; it is spelt in Cyrillic here by the official correspondences.
UZBEK = [
    ("sh", "ш"), ("ch", "ч"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("ye", "е"), ("o'", "ў"), ("g'", "ғ"),
    *zip("abdefghijklmnopqrstuvxyz'", "абдефгҳижклмнопқрстувхйзъ", strict=True),
]


def uzbek_in_cyrillic(line):
    line = line.lower()
    for apostrophe in "ʻʼ‘’`":
        line = line.replace(apostrophe, "'")
    line = re.sub(r"(?<![a-z'])e", "э", line)
    for latin, cyrillic in UZBEK:
        line = line.replace(latin, cyrillic)
    return line


def classes(text, alphabet):
    """The classes of a text's characters; a soft hyphen is none at all."""
    place = {letter: index for index, letter in enumerate(alphabet)}
    for character in text.lower():
        if character in "\u00ad\u0301":
            continue
        if character in place:
            yield place[character]
        elif not character.isalpha():
            yield 0
        elif ("a" <= character <= "z") or ("\u0400" <= character <= "\u052f"):
            other_script = ("a" <= character <= "z") == (alphabet is CYRILLIC)
            yield 1 if other_script else 2
        else:
            yield 2


def table(lines, alphabet):
    size = len(alphabet)
    counts = [[0] * size for _ in range(size)]
    for line in lines:
        before = 0
        for after in list(classes(line, alphabet)) + [0]:
            if before or after:
                counts[before][after] += 1
            before = after
    letters = [sum(column) + ADDED for column in zip(*counts)]
    share = [count / sum(letters) for count in letters]
    rows = []
    for row in counts:
        # An unseen pair costs what its second letter does: seen twice, that is, in proportion.
        likely = [(count + 2 * part) / (sum(row) + 2) for count, part in zip(row, share)]
        costs = [min(MOST, round(-4 * math.log2(part))) for part in likely]
        rows.append("".join(chr(ord("0") + cost) for cost in costs))
    return "\n".join(rows) + "\n"


def main():
    folder = pathlib.Path(sys.argv[1])
    identifiers = (folder.parent / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").splitlines()
    order = list(collections.OrderedDict.fromkeys(identifiers))
    counted = {name for index, name in enumerate(order) if index % 2 == 0}
    target = pathlib.Path(__file__).parents[2] / "src" / "language" / "char_bigrams"
    target.mkdir(exist_ok=True)
    for code, (name, alphabet) in LANGUAGES.items():
        kind = "src" if name == "eng" else "ref"
        text = (folder / f"newstest2019-{kind}.{name}.txt").read_text(encoding="utf-8-sig")
        lines = text.split("\n")[: len(identifiers)]
        chosen = [line for line, document in zip(lines, identifiers) if document in counted]
        if code == "uzn_Cyrl":
            chosen = map(uzbek_in_cyrillic, chosen)
        (target / f"{code}.txt").write_text(table(chosen, alphabet), encoding="ascii")


main()
