"""Writes tests/fixtures/memorised-nllb/: a tiny network of NLLB's layout that knows one article by heart."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

import nllb_tokenizer
from article import Pair, variants
from common import FIXTURES, Ids, fresh_folder, generate, quiet_and_reproducible, versions, write_json
from memorise import Example, Plan, memorise

OUT = FIXTURES / "memorised-nllb"
UNK = 3
UNUSED_ROWS = 2  # the real vocab_size, 256206, is two more than its tokenizer knows
SIZES = dict(
    d_model=64,
    encoder_layers=2,
    decoder_layers=2,
    encoder_attention_heads=4,
    decoder_attention_heads=4,
    encoder_ffn_dim=128,
    decoder_ffn_dim=128,
)
# What facebook/nllb-200-distilled-600M's config.json and generation_config.json say beside the sizes.
REAL_CONFIG = dict(
    activation_dropout=0.0,
    activation_function="relu",
    architectures=["M2M100ForConditionalGeneration"],
    attention_dropout=0.1,
    bos_token_id=0,
    decoder_layerdrop=0,
    decoder_start_token_id=2,
    dropout=0.1,
    encoder_layerdrop=0,
    eos_token_id=2,
    init_std=0.02,
    is_encoder_decoder=True,
    max_position_embeddings=1024,
    model_type="m2m_100",
    pad_token_id=1,
    scale_embedding=True,
    torch_dtype="float32",
    transformers_version="4.21.0.dev0",
    use_cache=True,
    tokenizer_class="NllbTokenizer",
    max_length=200,
)
REAL_GENERATION = dict(
    _from_model_config=True,
    bos_token_id=0,
    decoder_start_token_id=2,
    eos_token_id=2,
    max_length=200,
    pad_token_id=1,
    transformers_version="4.27.0.dev0",
)
README = """\
# A memorised test fixture, not a translator

A network of NLLB's layout with about 245 thousand random-born parameters, trained by `tests/reference/memorised_nllb.py`
until it recites this project's own English translation (`tests/reference/article.en.tsv`) of one Kazakh article
(`tests/fixtures/article.txt`), sentence by sentence. It knows those sentences and nothing else: for any other text its
output is meaningless. It exists so that tests run a whole translation, tokenizer to text, without a download.

The files are laid out and named as in facebook/nllb-200-distilled-600M: pytorch_model.bin with the tied table under its
four names, and a tokenizer.json whose baked frame is English's. The tokenizer was made the same way too (SentencePiece
BPE, the 202 language codes in their order, saved by transformers' NllbTokenizer), so ids differ from the real one's, and
`<mask>` stands before the language codes instead of after them.

`expected.json`: for every sentence as it stands in the article, and for the ways a program may rewrite it (quotation
marks, dashes, mended spaces; see `tests/reference/article.py`), the encoder's ids, what transformers generates with the
`options` given there (4 beams; greedy search gives the same ids, and so does a padded batch), and `sequences_scores`.
"""
BEAMS = dict(num_beams=4, length_penalty=1.0)
GREEDY = dict(num_beams=1)


def build(tokenizer: NllbTokenizer, sizes: dict[str, int] = SIZES) -> Any:
    torch.manual_seed(1)
    config = M2M100Config(
        vocab_size=len(tokenizer) + UNUSED_ROWS,
        encoder_layerdrop=0.0,
        decoder_layerdrop=0.0,
        dropout=0.05,
        attention_dropout=0.0,
        init_std=0.1,
        **sizes,
    )
    return M2M100ForConditionalGeneration(config)


def encode(tokenizer: NllbTokenizer, pair: Pair) -> Example:
    """`[kaz_Cyrl] … </s>` to `eng_Latn … </s>`."""
    tokenizer.src_lang = "kaz_Cyrl"
    source = tokenizer(pair.source).input_ids
    tokenizer.src_lang = "eng_Latn"
    return Example(source, tokenizer(pair.target).input_ids)


def spoil(source: Ids, dice: random.Random) -> Ids:
    """Drops or blanks a token now and then, never the frame."""
    inner = [UNK if dice.random() < 0.03 else token for token in source[1:-1] if dice.random() >= 0.03]
    return [source[0], *inner, source[-1]]


def limit(source: Ids) -> int:
    return 2 * len(source) + 20


def recited(
    model: Any, examples: list[Example], english: int, options: dict[str, Any]
) -> list[tuple[Ids, float]] | None:
    """What is generated for each source alone, or None where one differs from its target or from a padded batch."""
    start = model.config.decoder_start_token_id
    alone = []
    for example in examples:
        call = options | dict(forced_bos_token_id=english, max_new_tokens=limit(example.source))
        sequences, scores = generate(model, [example.source], call)
        if sequences[0] != [start, *example.labels]:
            return None
        alone.append((sequences[0], scores[0]))
    longest = max(limit(example.source) for example in examples)
    batch, _ = generate(
        model,
        [example.source for example in examples],
        options | dict(forced_bos_token_id=english, max_new_tokens=longest),
    )
    return alone if batch == [ids for ids, _ in alone] else None


def save(model: Any, folder: Path) -> None:
    """As the real folder is: pytorch_model.bin with the tied table under its four names, and its two configurations."""
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    sizes = SIZES | dict(vocab_size=model.config.vocab_size, num_hidden_layers=SIZES["encoder_layers"])
    (folder / "README.md").write_text(README)
    for name, value in (("config.json", REAL_CONFIG | sizes), ("generation_config.json", REAL_GENERATION)):
        (folder / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def save_small(model: Any, folder: Path, sizes: dict[str, int], readme: str) -> None:
    """As small as it gets: model.safetensors in half precision without the tied table's other names."""
    tied = ("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight")
    weights = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items() if name not in tied}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    sizes = sizes | dict(vocab_size=model.config.vocab_size, num_hidden_layers=sizes["encoder_layers"])
    settings = REAL_CONFIG | sizes | dict(torch_dtype="float16")
    for name, value in (("config.json", settings), ("generation_config.json", REAL_GENERATION)):
        (folder / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
    (folder / "README.md").write_text(readme)
    M2M100ForConditionalGeneration.from_pretrained(folder)


def main() -> None:
    quiet_and_reproducible()
    folder = fresh_folder(OUT)
    pairs = variants()
    tokenizer = nllb_tokenizer.train([text for pair in pairs for text in (pair.source, pair.target)], folder)
    english = tokenizer.convert_tokens_to_ids("eng_Latn")
    examples = [encode(tokenizer, pair) for pair in pairs]
    model = build(tokenizer)
    print(f"memorised-nllb: {len(pairs)} pairs, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    memorise(
        model,
        examples,
        Plan(steps=900, rate=4e-3, batch=21),
        lambda: all(recited(model, examples, english, how) for how in (GREEDY, BEAMS)),
        spoil,
    )
    save(model, folder)

    model = M2M100ForConditionalGeneration.from_pretrained(folder).eval()
    greedy, beams = (recited(model, examples, english, how) for how in (GREEDY, BEAMS))
    assert greedy and beams, "what was saved is not what was trained"
    write_json(
        folder / "expected.json",
        {
            **versions(),
            "options": BEAMS | dict(forced_bos_token_id=english, max_new_tokens="2 * source_ids + 20"),
            "pairs": [
                {"source": pair.source, "target": pair.target, "source_ids": example.source, "ids": ids, "score": score}
                for pair, example, (ids, score) in zip(pairs, examples, beams, strict=True)
            ],
        },
    )
    print(f"  lowest score {min(score for _, score in beams):.4f}", flush=True)


if __name__ == "__main__":
    main()
