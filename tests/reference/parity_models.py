"""The tiny models of the parity fixtures before their training, and how each is saved.

Every parameter is drawn anew, norms and biases included: transformers' own initialisation leaves those at one and
zero, where forgetting them would go unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ctranslate2_models
import gguf_models
import torch
from safetensors.torch import load_file
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    MT5Config,
    MT5ForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
)

PAD, EOS = 1, 2
VOCABULARY = 110


@dataclass(frozen=True)
class Kind:
    """One model folder: what is built, how it is saved, and which sources it is asked about."""

    name: str
    about: str
    seed: int
    build: Callable[[], Any]
    save: Callable[[Any, Path], None]
    lengths: tuple[int, ...]
    generation: dict[str, Any] = field(default_factory=dict)
    target_length: int = 9
    # What is changed in the drawn weights before training.
    prepare: Callable[[Any], None] | None = None
    # What transformers computes with, where it cannot load the folder: the model with the weights stored there.
    load: Callable[[Any, Path], Any] | None = None

    @property
    def first(self) -> int:
        """The id a source begins with: `<s>` for BART, a language for M2M100."""
        return 0 if self.name.startswith("bart") else 5

    @property
    def start(self) -> int:
        """The id that targets are compared from: the padding for Marian, as its searches start."""
        return PAD if self.name.startswith("marian") else EOS


def _shape(**changes: Any) -> dict[str, Any]:
    shape = dict(
        vocab_size=VOCABULARY,
        d_model=32,
        encoder_layers=2,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=2,
        encoder_ffn_dim=40,
        decoder_ffn_dim=56,
        max_position_embeddings=64,
        dropout=0.0,
        attention_dropout=0.0,
    )
    return shape | changes


def m2m100(**changes: Any) -> Any:
    """NLLB's network. Dropout and layerdrop are off, the rest is M2M100Config's default."""
    config = M2M100Config(**_shape(encoder_layerdrop=0.0, decoder_layerdrop=0.0, **changes))
    return M2M100ForConditionalGeneration(config)


def bart(**changes: Any) -> Any:
    return BartForConditionalGeneration(BartConfig(**_shape(**changes)))


def marian(**changes: Any) -> Any:
    """OPUS-MT's network, with the special tokens of the others."""
    tokens = dict(pad_token_id=PAD, eos_token_id=EOS, decoder_start_token_id=PAD)
    options = dict(activation_function="swish", scale_embedding=True, forced_eos_token_id=EOS)
    return MarianMTModel(MarianConfig(**_shape(**tokens | options | changes)))


@torch.no_grad()
def without_padding_vector(model: Any) -> None:
    """As converted from Marian, which begins with a vector of zeros; training leaves it so."""
    model.model.encoder.embed_tokens.weight[PAD] = 0


def t5(config: type = T5Config, model: type = T5ForConditionalGeneration, **changes: Any) -> Any:
    """T5 with MADLAD's special tokens (start 0, padding 1, end 2) and heads that do not add up to d_model."""
    shape = dict(
        vocab_size=VOCABULARY,
        d_model=32,
        d_kv=12,
        d_ff=40,
        num_layers=2,
        num_heads=4,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=PAD,
        eos_token_id=EOS,
    )
    return model(config(**shape | changes))


def untied(model: Any) -> Any:
    """A table of its own for the output, which transformers 5 ties whatever a configuration says."""
    model.config.tie_word_embeddings = False
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.clone())
    return model


def as_trained(model: Any, folder: Path) -> Any:
    """The model itself, where transformers would load the folder with tied tables; the file has both."""
    file = load_file(folder / "model.safetensors")
    state = {name: weight for name, weight in model.state_dict().items() if "embed_tokens" not in name}
    assert state.keys() == file.keys() and all(torch.equal(state[name], file[name]) for name in file)
    return model.eval()


@torch.no_grad()
def randomise(model: Any, seed: int) -> None:
    """Draws every parameter, and BART's bias on the logits."""
    noise = torch.Generator().manual_seed(seed)

    def normal(like: torch.Tensor, std: float) -> torch.Tensor:
        return torch.randn(like.shape, generator=noise) * std

    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue  # Marian's positions, which are computed
        if "norm" in name:
            weight.copy_(normal(weight, 0.2) + (1.0 if name.endswith("weight") else 0.0))
        elif "embed" in name or "shared" in name or "lm_head" in name:
            weight.copy_(normal(weight, 0.3))
        else:
            weight.copy_(normal(weight, weight.shape[-1] ** -0.5 if weight.dim() == 2 else 0.1))
    if hasattr(model, "final_logits_bias"):
        model.final_logits_bias.copy_(normal(model.final_logits_bias, 0.5))


def safetensors(model: Any, folder: Path) -> None:
    model.save_pretrained(folder)


def shards(model: Any, folder: Path) -> None:
    model.save_pretrained(folder, max_shard_size="40KB")


def pickle(model: Any, folder: Path) -> None:
    """As older checkpoints are: pytorch_model.bin with every tied tensor under each of its names, one storage."""
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")


def pickle_without_generation_config(model: Any, folder: Path) -> None:
    """As distilbart-cnn may be: generation options in config.json and no generation_config.json."""
    pickle(model, folder)
    (folder / "generation_config.json").unlink()
    path = folder / "config.json"
    options = dict(
        num_beams=4,
        length_penalty=2.0,
        min_length=6,
        max_length=18,
        no_repeat_ngram_size=3,
        early_stopping=True,
        force_bos_token_to_be_generated=True,
    )
    path.write_text(json.dumps(json.loads(path.read_text()) | options, indent=2, sort_keys=True) + "\n")


def ctranslate2(quantization: str) -> Callable[[Any, Path], None]:
    return lambda model, folder: ctranslate2_models.save(model, folder, quantization)


def gguf(quantisation: str, llama_cpp: bool) -> Callable[[Any, Path], None]:
    return lambda model, folder: gguf_models.save(model, folder, quantisation, llama_cpp)


BART_OPTIONS = dict(
    num_beams=4,
    length_penalty=2.0,
    min_length=7,
    max_length=20,
    no_repeat_ngram_size=3,
    early_stopping=True,
    forced_bos_token_id=0,
    forced_eos_token_id=2,
)

MARIAN_OPTIONS = dict(num_beams=4, max_length=24, bad_words_ids=[[PAD], [30, 31]], renormalize_logits=True)

KINDS = [
    Kind(
        "m2m100",
        "M2M100; heads, ffn and layers differ between encoder and decoder",
        11,
        m2m100,
        safetensors,
        (3, 6, 9, 14, 21),
    ),
    Kind(
        "m2m100-one-layer-bin",
        "M2M100; one layer each, pytorch_model.bin, sources and targets longer than the 32 positions",
        12,
        lambda: m2m100(encoder_layers=1, decoder_layers=1, d_model=16, max_position_embeddings=32),
        pickle,
        (4, 31, 32, 45, 70),
        target_length=40,
    ),
    Kind(
        "m2m100-sharded",
        "M2M100; several safetensors files and their index",
        13,
        lambda: m2m100(
            d_model=24,
            encoder_layers=3,
            decoder_layers=2,
            encoder_attention_heads=3,
            decoder_attention_heads=4,
            scale_embedding=False,
        ),
        shards,
        (5, 8, 12),
    ),
    Kind(
        "m2m100-untied",
        "M2M100; tie_word_embeddings false: encoder, decoder and output have tables of their own",
        14,
        lambda: m2m100(d_model=16, tie_word_embeddings=False),
        safetensors,
        (4, 7, 13),
    ),
    Kind(
        "bart",
        "BART; several layers, biased logits, generation options as bart-large-cnn's",
        15,
        bart,
        safetensors,
        (4, 7, 11, 16, 25),
        generation=BART_OPTIONS,
    ),
    Kind(
        "bart-one-layer-bin",
        "BART; one layer each, scaled embedding, pytorch_model.bin, options in config.json alone",
        16,
        lambda: bart(encoder_layers=1, decoder_layers=1, d_model=16, scale_embedding=True, forced_eos_token_id=2),
        pickle_without_generation_config,
        (5, 9, 20),
    ),
    Kind(
        "bart-untied",
        "BART; tie_word_embeddings false",
        17,
        lambda: bart(d_model=16, encoder_layers=2, decoder_layers=2, tie_word_embeddings=False),
        safetensors,
        (5, 10),
        generation=BART_OPTIONS,
    ),
    Kind(
        "m2m100-ctranslate2-int8",
        "M2M100 converted by CTranslate2: 8-bit integers with a scale a row",
        18,
        lambda: m2m100(decoder_attention_heads=4),
        ctranslate2("int8"),
        (3, 9, 21),
        load=ctranslate2_models.load,
    ),
    Kind(
        "m2m100-ctranslate2-int16",
        "M2M100 converted by CTranslate2: 16-bit integers with a scale a matrix",
        19,
        lambda: m2m100(decoder_attention_heads=4, encoder_layers=1, decoder_layers=1, d_model=16),
        ctranslate2("int16"),
        (4, 12),
        load=ctranslate2_models.load,
    ),
    Kind(
        "bart-ctranslate2-int8-float16",
        "BART converted by CTranslate2: 8-bit integers, the rest in float16",
        20,
        lambda: bart(decoder_attention_heads=4, encoder_layers=1, decoder_layers=2),
        ctranslate2("int8_float16"),
        (4, 11, 25),
        generation=BART_OPTIONS,
        load=ctranslate2_models.load,
    ),
    Kind(
        "bart-ctranslate2-bfloat16",
        "BART converted by CTranslate2: bfloat16",
        21,
        lambda: bart(decoder_attention_heads=4, encoder_layers=1, decoder_layers=1, d_model=16),
        ctranslate2("bfloat16"),
        (5, 10),
        generation=BART_OPTIONS,
        load=ctranslate2_models.load,
    ),
    Kind(
        "marian",
        "Marian as OPUS-MT has it: swish, scaled embedding, padding without a vector that is never generated",
        27,
        marian,
        safetensors,
        (3, 7, 12, 20),
        generation=MARIAN_OPTIONS,
        prepare=without_padding_vector,
    ),
    Kind(
        "marian-sides-bin",
        "Marian; a vocabulary a side, ReLU, a padding with a vector, an odd width of heads, pytorch_model.bin",
        28,
        lambda: marian(
            d_model=28,
            share_encoder_decoder_embeddings=False,
            decoder_vocab_size=VOCABULARY + 7,
            activation_function="relu",
            scale_embedding=False,
            encoder_layers=1,
            decoder_layers=2,
        ),
        pickle,
        (4, 9, 30),
        generation=dict(bad_words_ids=[[PAD]]),
    ),
    Kind(
        "t5",
        "T5 1.1 as MADLAD-400 has it: gated, untied; distances beyond the last bucket",
        22,
        lambda: untied(t5()),
        safetensors,
        (4, 9, 20, 150),
        load=as_trained,
    ),
    Kind(
        "t5-plain-bin",
        "T5 1.0: plain feed-forward with ReLU, tied and scaled output; few buckets; pytorch_model.bin",
        23,
        lambda: t5(
            d_model=16,
            feed_forward_proj="relu",
            tie_word_embeddings=True,
            num_layers=1,
            relative_attention_num_buckets=8,
            relative_attention_max_distance=20,
        ),
        pickle,
        (5, 14, 40),
    ),
    Kind(
        "mt5",
        "mT5; tied, and not scaled",
        24,
        lambda: t5(MT5Config, MT5ForConditionalGeneration, d_model=16, num_layers=1),
        safetensors,
        (4, 12),
    ),
    Kind(
        "t5-ctranslate2-int8",
        "T5 1.1 as MADLAD-400 has it, converted by CTranslate2: 8-bit integers",
        27,
        lambda: untied(t5()),
        ctranslate2("int8"),
        (4, 20, 150),
        load=ctranslate2_models.load,
    ),
    Kind(
        "t5-ctranslate2-float32",
        "T5 1.0 converted by CTranslate2: plain feed-forward, tied and scaled output, float32",
        29,
        lambda: t5(d_model=24, feed_forward_proj="relu", tie_word_embeddings=True, num_layers=1),
        ctranslate2("float32"),
        (5, 14),
        load=ctranslate2_models.load,
    ),
    Kind(
        "t5-gguf-q8_0",
        "T5 1.1 in a GGUF file with transformers' names, 8 bits",
        25,
        lambda: untied(t5(d_kv=16, d_ff=64, num_layers=1)),
        gguf("Q8_0", llama_cpp=False),
        (4, 20),
        load=gguf_models.load,
    ),
    Kind(
        "t5-gguf-q5_0",
        "T5 1.0 in a GGUF file with llama.cpp's names, 5 bits",
        26,
        lambda: t5(d_kv=16, d_ff=64, num_layers=1, feed_forward_proj="relu", tie_word_embeddings=True),
        gguf("Q5_0", llama_cpp=True),
        (4, 9),
        load=gguf_models.load,
    ),
]
