"""Files of SentencePiece, and what its own package makes of texts with them.

python sentencepiece_models.py: writes tests/fixtures/sentencepiece/, trained on this project's own texts.
python sentencepiece_models.py OUT TEXT...: the same for the lines of these files, each of them a text, to measure by:
AUDARMA_SENTENCEPIECE=OUT cargo test --lib sentencepiece -- --ignored
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from transformers import M2M100Tokenizer, NllbTokenizer
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

from article import sentences
from common import FIXTURES, versions, write_json
from nllb_tokenizer import ALPHABETS

OUT = FIXTURES / "sentencepiece"
KEPT = ["<2en>", "<2kk>", "жыл", "@@", "@@@"]
RULES = ["Ё\tЕ", "ё\tе", "ﬁ\tfi", "e\u0301\tе", "№\tN o", "\u00ad\t", "\t\t "]
# What each model has that another lacks, as options of the trainer and edits of its file.
MODELS: dict[str, dict[str, Any]] = {
    "unigram": {"model_type": "unigram", "normalization_rule_name": "nmt_nfkc"},
    "bpe": {"model_type": "bpe", "rules": RULES},
    "unigram-kept": {
        "model_type": "unigram",
        "rules": RULES,
        "user_defined_symbols": KEPT,
        "byte_fallback": True,
        "remove_extra_whitespaces": False,
    },
    "bpe-kept": {
        "model_type": "bpe",
        "normalization_rule_name": "identity",
        "user_defined_symbols": KEPT,
        "byte_fallback": True,
        "add_dummy_prefix": False,
    },
    "unigram-unused": {"model_type": "unigram", "rules": RULES, "unused": True, "treat_whitespace_as_suffix": True},
    "bpe-unused": {"model_type": "bpe", "rules": RULES, "unused": True, "plain_spaces": True},
}

AWKWARD = [
    "",
    " ",
    "a",
    "   ",
    "\u3000",
    " leading space",
    "trailing space ",
    "  two leading,  two  between,   three and trailing  ",
    "tab\tand\nnew line\r\nand carriage return",
    "no-break\u00a0space, thin\u2009space, zero\u200bwidth, soft\u00adhyphen, word\u2060joiner, \ufeffmark",
    "ﬁ ligature, ＦＵＬＬ　ＷＩＤＴＨ, ² superscript, ½, Ⅴ, ™, ｶﾞ",
    "Й as и + breve: и\u0306, ё as е\u0308; e\u0301 and é, e\u0301\u0301\u0301, A\u030a, \u1112\u1161\u11ab",
    "Ё, ё, №7, \u00ad, é",
    "control\u0000and\u0007bell\u007fdelete",
    "▁ the mark that stands for a space ▁▁ itself",
    "Б" * 60,
    "word" * 40,
    "中文字符 және қазақша 日本語 中文",
    "Emoji 😀👍🏽 and 🇰🇿 flags, 👨‍👩‍👧",
    "ελληνικά العربية עברית",
    "A sentence that says </s> in the middle <s> and <unk> or <0x41>.",
    "</s>",
    "<2en> аударма <2kk>жылжыл@@@@ @@@ @",
    "1 234 567,89 теңге; 12:30; 2023-08-29; 50%; 3/4; +7 (727) 123-45-67",
    "İstanbul, Straße, ǅ, ŉ",
    "\ue000\U000f0000\uffff private",
]


def train(texts: list[str], pieces: int, options: dict[str, Any]) -> bytes:
    options = dict(options)
    rules = options.pop("rules", None)
    unused, plain = options.pop("unused", False), options.pop("plain_spaces", False)
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
        if rules:
            for rule in rules:
                source, target = rule.split("\t", 1) if not rule.startswith("\t") else ("\t", " ")
                codes = [" ".join(f"{ord(c):X}" for c in part) for part in (source, target)]
                table.write("\t".join(codes) + "\n")
            table.flush()
            options["normalization_rule_tsv"] = table.name
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=pieces,
            hard_vocab_limit=False,
            character_coverage=0.998,
            num_threads=1,
            minloglevel=2,
            **options,
        )
    file = sentencepiece_model_pb2.ModelProto()
    file.ParseFromString(model.getvalue())
    # Of the machine that trained it, and of no use.
    file.trainer_spec.ClearField("input")
    file.trainer_spec.ClearField("model_prefix")
    file.normalizer_spec.ClearField("normalization_rule_tsv")
    if unused:
        for piece in file.pieces[20::3]:
            if len(piece.piece) > 1:
                piece.type = sentencepiece_model_pb2.ModelProto.SentencePiece.UNUSED
    if plain:
        file.normalizer_spec.escape_whitespaces = False
    return file.SerializeToString(deterministic=True)


def entry(processor: sentencepiece.SentencePieceProcessor, text: str) -> dict[str, Any]:
    ids = processor.encode(text)
    known = [id for id in ids if id != processor.unk_id()]
    return {"text": text, "ids": ids, "decoded": processor.decode(known)}


def numbered(texts: list[str]) -> dict[str, Any]:
    """The model `bpe` as NLLB's (fairseq's numbers) and as M2M100's (those of vocab.json, written here)."""
    model = OUT / "bpe.model"
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [processor.id_to_piece(id) for id in range(3, processor.vocab_size())]
    # In another order, some of them missing, and one that the model does not have.
    tokens = [*special, *(piece for place, piece in enumerate(reversed(pieces)) if place % 50), "中文"]
    vocab = OUT / "vocab.json"
    vocab.write_text(json.dumps({token: id for id, token in enumerate(tokens)}, ensure_ascii=False) + "\n", "utf-8")
    m2m100 = M2M100Tokenizer(str(vocab), str(model), src_lang="kk", tgt_lang="en")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(model, Path(folder) / "sentencepiece.bpe.model")
        nllb = NllbTokenizer.from_pretrained(folder, extra_special_tokens=FAIRSEQ_LANGUAGE_CODES)
    nllb.src_lang = "kaz_Cyrl"

    def entries(tokenizer: Any, texts: list[str]) -> list[dict[str, Any]]:
        ids = [tokenizer(text).input_ids for text in texts]
        return [{"text": text, "ids": ids, "decoded": decoded(tokenizer, ids)} for text, ids in zip(texts, ids)]

    def decoded(tokenizer: Any, ids: list[int]) -> str:
        # M2M100Tokenizer does not leave out its languages.
        return tokenizer.decode(ids[1:], skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def published(entry: dict[str, Any]) -> dict[str, Any]:
        # The published models have <mask> after the languages, transformers 5 puts it before them.
        place = FAIRSEQ_LANGUAGE_CODES.index(nllb.src_lang)
        return entry | {"ids": [processor.vocab_size() + 1 + place, *entry["ids"][1:]]}

    plain = [text for text in texts + AWKWARD if not any(token in text for token in special) and text == text.strip()]
    return {
        "nllb": [published(entry) for entry in entries(nllb, texts)],
        "m2m100": entries(m2m100, [text for text in plain if text]),
    }


def main() -> None:
    out, files = (Path(sys.argv[1]), sys.argv[2:]) if len(sys.argv) > 1 else (OUT, [])
    if files:
        texts = [line for file in files for line in Path(file).read_text("utf-8").split("\n") if line.strip()]
        trained, pieces = texts, 8000
    else:
        texts = [text for pair in sentences()[:8] for text in (pair.source, pair.target)]
        trained, pieces = [text for pair in sentences() for text in (pair.source, pair.target)] + ALPHABETS, 700
    out.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, options in MODELS.items():
        model = train(trained, pieces, options)
        (out / f"{name}.model").write_bytes(model)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        expected[name] = [entry(processor, text) for text in texts + AWKWARD]
    write_json(out / "expected.json", {"sentencepiece": sentencepiece.__version__, "models": expected}, depth=4)
    if not files:
        write_json(out / "numbered.json", versions() | numbered(texts), depth=3)
    print(f"sentencepiece: {len(texts) + len(AWKWARD)} texts, {len(MODELS)} models", flush=True)


if __name__ == "__main__":
    main()
