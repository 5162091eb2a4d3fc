"""Trains a T5 of MADLAD-400's kind on a made-up language, to measure what the rounding of its weights costs.

    python trained_t5.py DIR
    AUDARMA_TRAINED_T5=DIR cargo test --release --test networks a_trained_t5 -- --ignored --nocapture

DIR/original has transformers' folder, DIR/int8 CTranslate2's, DIR/held-out.json pairs that were not trained on. The test
makes the GGUF files itself. Needs requirements.txt and the `ctranslate2` package.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from transformers import T5Config, T5ForConditionalGeneration

import ctranslate2_models
from brief_training import Language, train
from common import fresh_folder, write_json

START, PAD, END = 0, 1, 2
VOCABULARY = 512
HELD_OUT = 400
# Rows of blocks of 256 weights, which the kinds of 4 to 6 bits want.
SHAPE = dict(d_model=256, d_kv=32, num_heads=8, d_ff=512, num_layers=2, vocab_size=VOCABULARY)


def main() -> None:
    folder = fresh_folder(Path(sys.argv[1]))
    torch.manual_seed(1)
    config = T5Config(
        **SHAPE,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=START,
        pad_token_id=PAD,
        eos_token_id=END,
    )
    model = T5ForConditionalGeneration(config)
    # transformers does not take this from the configuration, and the saved model has to say it.
    model.config.tie_word_embeddings = False
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.clone())
    language = Language(VOCABULARY, END, seed=1)
    train(model, language, 5, steps=3000, batch=48, rate=1e-3)
    model.save_pretrained(folder / "original")
    (folder / "int8").mkdir()
    ctranslate2_models.save(model, folder / "int8", "int8")
    sources = [language.source(5, language.dice.randrange(3, 24)) for _ in range(HELD_OUT)]
    targets = [language.target(source) for source in sources]
    write_json(folder / "held-out.json", {"sources": sources, "targets": targets})


if __name__ == "__main__":
    main()
