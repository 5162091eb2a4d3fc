"""Whether `translate` and CTranslate2 make the same of the same converted folder.

python ctranslate2_texts.py TRANSLATE: converts memorised-nllb to 8-bit integers, has both translate an article with
one and with four beams, and asks for the same text of at least 98 % of the sentences: the weights are equal, while
both round activations, each in its own way.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import ctranslate2
from tokenizers import Tokenizer

from common import FIXTURES

MODEL = FIXTURES / "memorised-nllb"
ARTICLE = FIXTURES.parent.parent / "examples" / "article.txt"
LEAST = 0.98


def ours(translate: str, folder: Path, beams: int) -> list[dict[str, str]]:
    """The article's sentences as the program translates them, without anything but the network's own search."""
    plain = ["--normalize", "off", "--vocabulary", "full", "--retries", "0", "--length-penalty", "1"]
    command = [translate, "--offline", "--model", folder, "--summary", "none", "--beam", str(beams), *plain]
    out = subprocess.run([*command, "-f", "json", ARTICLE], check=True, capture_output=True, text=True).stdout
    paragraphs = json.loads(out)["paragraphs"]
    return [sentence for paragraph in paragraphs for sentence in paragraph["sentences"]]


def theirs(folder: Path, sources: list[str], beams: int) -> list[str]:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    translator = ctranslate2.Translator(str(folder), compute_type="int8")
    texts = []
    for source in sources:
        tokens = ["kaz_Cyrl", *tokenizer.encode(source, add_special_tokens=False).tokens, "</s>"]
        result = translator.translate_batch(
            [tokens], target_prefix=[["eng_Latn"]], beam_size=beams, max_decoding_length=200
        )
        ids = [tokenizer.token_to_id(token) for token in result[0].hypotheses[0][1:]]
        texts.append(tokenizer.decode(ids).strip())
    return texts


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "nllb"
        converter = ctranslate2.converters.TransformersConverter(str(MODEL), copy_files=["tokenizer.json"])
        converter.convert(str(folder), quantization="int8")
        total = equal = 0
        for beams in (1, 4):
            sentences = ours(sys.argv[1], folder, beams)
            found = theirs(folder, [sentence["source"] for sentence in sentences], beams)
            total += len(sentences)
            for sentence, text in zip(sentences, found, strict=True):
                equal += sentence["target"].strip() == text
                if sentence["target"].strip() != text:
                    print(f"{beams} beams: {sentence['target']!r} is not {text!r}")
        print(f"{equal} of {total} equal")
        assert equal >= LEAST * total


if __name__ == "__main__":
    main()
