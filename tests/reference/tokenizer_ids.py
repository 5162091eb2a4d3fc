"""Writes tests/fixtures/tokenizers.json: what transformers makes of awkward texts with the two memorised tokenizers.

Not named tokenizers.py: Python would then take this file for the library of that name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoTokenizer

from article import sentences
from common import FIXTURES, Ids, quiet_and_reproducible, versions, write_json

OUT = FIXTURES / "tokenizers.json"
FOLDERS = {"memorised-nllb": "kaz_Cyrl", "memorised-bart": None, "memorised-bart-slow": None}
LITERAL = ("</s>", "<s>", "<pad>", "<unk>", "<mask>", "kaz_Cyrl", "eng_Latn")

TEXTS = [
    *(pair.source for pair in sentences()[:12]),
    *(pair.target for pair in sentences()[:12]),
    "Бұрын-соңды естілмеген сөздер: һәм, цирк, ёлка, щётка, объект.",
    "ҚАЗАҚСТАН РЕСПУБЛИКАСЫ",
    "Ол «Iphone 15 Pro» сатып алды, ал мен kitap оқыдым.",
    "Words it has never seen: zebra, quixotic, jazz!",
    "“Typographic” „quotes“, ‘single’ ones, it's - and – and — dashes…",
    "1 234 567,89 теңге; 12:30; 2023-08-29; 50%; №7; 3/4; +7 (727) 123-45-67",
    "中文字符 және қазақша",
    "日本語",
    "Emoji 😀👍🏽 and 🇰🇿 flags",
    "ελληνικά العربية עברית",
    " leading space",
    "trailing space ",
    "  two leading,  two  between,   three and trailing  ",
    "tab\tand\nnew line\r\nand carriage return",
    "no-break\u00a0space, thin\u2009space, zero\u200bwidth, soft\u00adhyphen, word\u2060joiner, \ufeffmark",
    "ﬁ ligature, ＦＵＬＬ　ＷＩＤＴＨ, ² superscript, ½, Ⅴ, ™",
    "Й as и + breve: и\u0306, ё as е\u0308; e\u0301 and é",
    "control\u0000and\u0007bell\u007fdelete",
    "▁ the mark that stands for a space ▁▁ itself",
    "a",
    "ә",
    "",
    " ",
    "Б" * 60,
    "word" * 40,
    "A sentence that says </s> in the middle.",
    "</s>",
    "<s>framed</s>",
    "<pad><unk><mask>",
    "a <mask> b",
    "kaz_Cyrl деген код",
    "eng_Latn",
    "мысалы:kaz_Cyrl.",
]


def plain_tokenizer(tokenizer: Any) -> Tokenizer:
    """The same tokenizer knowing no special tokens: a text that spells one out is text."""
    description = json.loads(tokenizer.backend_tokenizer.to_str())
    description["added_tokens"] = []
    description["post_processor"] = None
    return Tokenizer.from_str(json.dumps(description))


def entry(tokenizer: Any, plain: Tokenizer, text: str) -> dict[str, Any]:
    ids: Ids = tokenizer(text).input_ids
    found = {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)}
    framed = [ids[0], *plain.encode(text, add_special_tokens=False).ids, ids[-1]]
    if any(token in text for token in LITERAL):
        found["plain_ids"] = framed
        found["plain_decoded"] = tokenizer.decode(framed, skip_special_tokens=True)
    else:
        assert framed == ids, f"{text!r}: the frame or the special tokens changed the text's ids"
    return found


def read(folder: Path, language: str | None) -> dict[str, Any]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if language:
        tokenizer.src_lang = language
    plain = plain_tokenizer(tokenizer)
    texts = [entry(tokenizer, plain, text) for text in TEXTS]
    return {"source_language": language, "frame": tokenizer("").input_ids, "texts": texts}


def main() -> None:
    quiet_and_reproducible()
    found = {name: read(FIXTURES / name, language) for name, language in FOLDERS.items()}
    slow = found.pop("memorised-bart-slow")
    assert found["memorised-bart"] == slow, "vocab.json and merges.txt read otherwise than tokenizer.json"
    write_json(OUT, versions() | found, depth=3)
    print(f"tokenizers: {len(TEXTS)} texts, {OUT.stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    main()
