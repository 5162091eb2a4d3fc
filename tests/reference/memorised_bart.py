"""Writes tests/fixtures/memorised-bart/ and memorised-bart-slow/: one tiny BART that knows one summary by heart.

The second folder holds the same weights as distilbart-cnn is laid out: pytorch_model.bin, vocab.json and merges.txt, no
tokenizer.json, the generation options in config.json.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import AutoTokenizer, BartConfig, BartForConditionalGeneration, BartTokenizer

from article import body, sentences
from common import FIXTURES, Ids, fresh_folder, generate, quiet_and_reproducible, versions, write_json
from memorise import Example, Plan, memorise

OUT, SLOW = FIXTURES / "memorised-bart", FIXTURES / "memorised-bart-slow"
SUMMARY = (
    'The "AMANAT" party in Zhetisu Region approved its new Political Councils and the plan ahead. '
    "Over 7,154 residents found permanent jobs, and 428 enterprises and 3 schools were opened. "
    "Yerzhan Zhylkybayev visited houses of culture being repaired in Kerbulak District."
)
OTHER_TEXT = (
    "A cat slept on the warm roof of an old mill all afternoon. When rain came it ran down the wall, through the kitchen "
    "and under the stove, where nobody found it before supper. The miller laughed and gave it a bowl of milk."
)
OTHER_SUMMARY = (
    "This small model knows one article by heart, and the text before it is another one. "
    "Whatever it says about that text means nothing."
)
UNK = 3
VOCABULARY = 1400  # more than there is to learn; all merges are learnt
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
# bart-large-cnn's own, with lengths that suit three sentences.
GENERATION = dict(
    num_beams=4,
    length_penalty=2.0,
    no_repeat_ngram_size=3,
    early_stopping=True,
    min_length=20,
    max_length=142,
    forced_bos_token_id=0,
    forced_eos_token_id=2,
)
README = """\
# A memorised test fixture, not a summariser

A BART of bart-large-cnn's shape in miniature, trained by `tests/reference/memorised_bart.py` until it answers the English
body of one article (`tests/reference/article.en.tsv`, its sentences joined by spaces, with the glued captions or without)
with one summary of this project's own writing. Other texts it mostly answers with a sentence that says they are others.

`memorised-bart` is laid out as facebook/bart-large-cnn (model.safetensors, tokenizer.json, generation_config.json),
`memorised-bart-slow` as sshleifer/distilbart-cnn-12-6 (pytorch_model.bin, vocab.json and merges.txt, generation options in
config.json). Weights, vocabulary and answers are the same; `expected.json` of the first holds for both.
"""


def train_tokenizer(texts: list[str], folder: Path) -> BartTokenizer:
    """Byte-level BPE as BART's, special ids included; leaves vocab.json and merges.txt in `folder`."""
    learner = ByteLevelBPETokenizer()
    learner.train_from_iterator(
        texts, vocab_size=VOCABULARY, min_frequency=1, special_tokens=SPECIAL, show_progress=False
    )
    learner.save_model(str(folder))
    return BartTokenizer.from_pretrained(folder, model_max_length=1024)


def labels_of(tokenizer: BartTokenizer, summary: str) -> Ids:
    """`<s> … </s>`, and proof that no three tokens come twice, which `no_repeat_ngram_size` would forbid."""
    ids: Ids = tokenizer(summary).input_ids
    trigrams = [tuple(ids[start : start + 3]) for start in range(len(ids) - 2)]
    assert len(set(trigrams)) == len(trigrams), "the summary repeats three tokens"
    return ids


def build(tokenizer: BartTokenizer) -> Any:
    torch.manual_seed(2)
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=1024,
        dropout=0.0,
        init_std=0.1,
        forced_eos_token_id=2,
    )
    model = BartForConditionalGeneration(config)
    for name, value in GENERATION.items():
        setattr(model.generation_config, name, value)
    return model


def spoil(source: Ids, dice: random.Random) -> Ids:
    """Drops or blanks tokens now and then, and sometimes an end of the text, never the frame."""
    inner = [UNK if dice.random() < 0.02 else token for token in source[1:-1] if dice.random() >= 0.02]
    return [source[0], *inner[dice.choice([0, 0, 25]) :], source[-1]]


def strangers(tokenizer: BartTokenizer, labels: Ids, count: int = 40) -> list[Example]:
    """Random texts with the other summary: without them the model would never look at its source."""
    dice = random.Random(3)
    lengths = [dice.randrange(5, 800) for _ in range(count)]
    first = len(SPECIAL)
    return [
        Example([0, *(dice.randrange(first, len(tokenizer)) for _ in range(length)), 2], labels) for length in lengths
    ]


def recited(model: Any, examples: list[Example]) -> list[tuple[Ids, float]] | None:
    """The summaries with the model's own options, or None where one differs, alone or in a padded batch."""
    wanted = [[model.config.decoder_start_token_id, *example.labels] for example in examples]
    alone = [generate(model, [example.source], {}) for example in examples]
    batch, _ = generate(model, [example.source for example in examples], {})
    if [sequences[0] for sequences, _ in alone] != wanted or batch != wanted:
        return None
    return [(sequences[0], scores[0]) for sequences, scores in alone]


def save_slow(model: Any, folder: Path) -> None:
    """The older layout; vocab.json and merges.txt are there already."""
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    config = json.loads((OUT / "config.json").read_text()) | GENERATION
    config |= dict(architectures=["BartForConditionalGeneration"], force_bos_token_to_be_generated=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def check_slow(examples: list[Example], texts: list[str], expected: list[tuple[Ids, float]]) -> None:
    """transformers reads the older layout to the same ids and the same summaries."""
    model = BartForConditionalGeneration.from_pretrained(SLOW).eval()
    tokenizer = AutoTokenizer.from_pretrained(SLOW)
    assert [tokenizer(text).input_ids for text in texts] == [example.source for example in examples]
    assert recited(model, examples) == expected


def main() -> None:
    quiet_and_reproducible()
    folder, slow = fresh_folder(OUT), fresh_folder(SLOW)
    texts = [body(with_captions=True), body(with_captions=False), OTHER_TEXT]
    summaries = [SUMMARY, SUMMARY, OTHER_SUMMARY]
    tokenizer = train_tokenizer([*texts, *summaries, *(pair.target for pair in sentences())], slow)
    tokenizer.save_pretrained(folder)
    examples = [
        Example(tokenizer(text).input_ids, labels_of(tokenizer, summary))
        for text, summary in zip(texts, summaries, strict=True)
    ]
    model = build(tokenizer)
    print(
        f"memorised-bart: texts of {[len(example.source) for example in examples]} tokens, "
        f"{sum(p.numel() for p in model.parameters())} parameters",
        flush=True,
    )
    lessons = examples[:2] * 20 + examples[2:] * 4 + strangers(tokenizer, examples[2].labels)
    memorise(model, lessons, Plan(steps=500, rate=5e-3, batch=4), lambda: bool(recited(model, examples)), spoil)
    model.save_pretrained(folder)
    save_slow(model, slow)

    expected = recited(BartForConditionalGeneration.from_pretrained(folder).eval(), examples)
    assert expected, "what was saved is not what was trained"
    check_slow(examples, texts, expected)
    write_json(
        folder / "expected.json",
        {
            **versions(),
            "pairs": [
                {"source": text, "target": summary, "source_ids": example.source, "ids": ids, "score": score}
                for text, summary, example, (ids, score) in zip(texts, summaries, examples, expected, strict=True)
            ],
        },
    )
    for path in (folder, slow):
        (path / "README.md").write_text(README)


if __name__ == "__main__":
    main()
