"""Writes a folder as CTranslate2's converter leaves it, with random 8-bit weights, in the full size of a model whose
float32 weights need more memory than most machines have: speed and memory do not depend on what the weights are.

    python full_size.py nllb-600m DIR      0.6 GB
    python full_size.py nllb-1.3b DIR      1.4 GB
    python full_size.py nllb-3.3b DIR      3.4 GB
    python full_size.py madlad-3b DIR      2.9 GB

For peers.py. A third argument, the tokenizer.json of a small model of NLLB's kind, is written enlarged to the size of
this one, so that texts can be translated: `python full_size.py nllb-600m DIR tests/fixtures/memorised-nllb/tokenizer.json`,
then `AUDARMA_GLOSSARY_NETWORK=DIR cargo test --release --test networks glossary::speed -- --ignored --nocapture` for
docs/glossary.md. Needs the `ctranslate2` package, and as much memory as the file is large.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ctranslate2.specs import TransformerSpec, common_spec

GENERATOR = np.random.default_rng(1)
# Of about this deviation are the weights of a trained layer.
DEVIATION = 0.03
POSITIONS = 1024


@dataclass
class Shape:
    layers: int
    width: int
    heads: int
    head_width: int
    inner_width: int
    vocabulary: int
    languages: dict[int, str]
    is_t5: bool


SHAPES = {
    "nllb-600m": Shape(12, 1024, 16, 64, 4096, 256_206, {256_089: "kaz_Cyrl", 256_047: "eng_Latn"}, False),
    "nllb-1.3b": Shape(24, 1024, 16, 64, 8192, 256_206, {256_089: "kaz_Cyrl", 256_047: "eng_Latn"}, False),
    "nllb-3.3b": Shape(24, 2048, 16, 128, 8192, 256_206, {256_089: "kaz_Cyrl", 256_047: "eng_Latn"}, False),
    "madlad-3b": Shape(32, 1024, 16, 128, 8192, 256_000, {100: "<2kk>", 101: "<2en>"}, True),
}


def fill_rows(spec, rows: int, columns: int) -> None:
    """A table of `rows` of integers, each row with its scale."""
    spec.weight = GENERATOR.integers(-127, 128, (rows, columns), dtype=np.int8)
    # The deviation of integers that are equally frequent from -127 to 127 is 73. No two tables have the same scales:
    # CTranslate2 finds those of a table by its name, and equal ones would be written once.
    spec.weight_scale = GENERATOR.uniform(70, 76, rows).astype(np.float32) / np.float32(DEVIATION)


def fill_linear(spec, outputs: int, inputs: int, shape: Shape) -> None:
    fill_rows(spec, outputs, inputs)
    if not shape.is_t5:
        spec.bias = np.zeros(outputs, dtype=np.float32)


def fill_norm(spec, shape: Shape) -> None:
    spec.gamma = np.ones(shape.width, dtype=np.float32)
    if not shape.is_t5:
        spec.beta = np.zeros(shape.width, dtype=np.float32)


def fill_attention(spec, shape: Shape, parts: list[int]) -> None:
    """`parts`: how many projections each linear layer but the last has in one."""
    projected = shape.heads * shape.head_width
    for linear, count in zip(spec.linear, parts, strict=False):
        fill_linear(linear, count * projected, shape.width, shape)
    fill_linear(spec.linear[-1], shape.width, projected, shape)
    fill_norm(spec.layer_norm, shape)
    if shape.is_t5:
        spec.queries_scale = 1.0


def fill_side(spec, shape: Shape) -> None:
    fill_norm(spec.layer_norm, shape)
    if not shape.is_t5:
        spec.position_encodings.encodings = np.zeros((POSITIONS, shape.width), dtype=np.float32)
    for index, layer in enumerate(spec.layer):
        fill_attention(layer.self_attention, shape, [3])
        if shape.is_t5 and index == 0:
            layer.self_attention.relative_attention_bias = np.zeros((32, shape.heads), dtype=np.float32)
            layer.self_attention.relative_attention_max_distance = np.dtype("int32").type(128)
        elif shape.is_t5:
            first = spec.layer[0].self_attention
            layer.self_attention.relative_attention_bias = first.relative_attention_bias
            layer.self_attention.relative_attention_max_distance = first.relative_attention_max_distance
        if hasattr(layer, "attention"):
            fill_attention(layer.attention, shape, [1, 2])
        fill_linear(layer.ffn.linear_0, shape.inner_width, shape.width, shape)
        if shape.is_t5:
            fill_linear(layer.ffn.linear_0_noact, shape.inner_width, shape.width, shape)
        fill_linear(layer.ffn.linear_1, shape.width, shape.inner_width, shape)
        fill_norm(layer.ffn.layer_norm, shape)


def filled(shape: Shape) -> TransformerSpec:
    t5 = {"relative_attention_bias": True, "ffn_glu": True, "rms_norm": True} if shape.is_t5 else {}
    activation = common_spec.Activation.GELUTanh if shape.is_t5 else common_spec.Activation.RELU
    layers = (shape.layers, shape.layers)
    spec = TransformerSpec.from_config(layers, shape.heads, pre_norm=True, activation=activation, **t5)
    fill_side(spec.encoder, shape)
    fill_side(spec.decoder, shape)
    encoder = spec.encoder.embeddings[0]
    fill_rows(encoder, shape.vocabulary, shape.width)
    for table in (spec.decoder.embeddings, spec.decoder.projection):
        table.weight, table.weight_scale = encoder.weight, encoder.weight_scale
    if shape.is_t5:
        # MADLAD's output is a table of its own.
        fill_rows(spec.decoder.projection, shape.vocabulary, shape.width)
        spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = False
    return spec


def tokens(shape: Shape) -> list[str]:
    special = {0: "<unk>", 1: "<s>", 2: "</s>"} if shape.is_t5 else {0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>"}
    named = special | shape.languages
    return [named.get(token, f"piece{token}") for token in range(shape.vocabulary)]


def enlarged(tokenizer: dict, shape: Shape) -> dict:
    """A tokenizer of NLLB's kind with as many pieces as the real one: what the small one has, then pieces that no text is
    cut into, 55 of 100 of them Latin; the codes of languages and `<mask>` stand at the end, as NLLB's do."""
    vocabulary = tokenizer["model"]["vocab"]
    codes = [token for token in tokenizer["added_tokens"] if token["content"][0] != "<"]
    mask = next(token for token in tokenizer["added_tokens"] if token["content"] == "<mask>")
    first = min(shape.languages) - next(i for i, code in enumerate(codes) if code["content"] == "eng_Latn")
    for token in range(len(vocabulary), first):
        vocabulary[f"{'latin' if token % 100 < 55 else 'кирилл'}{token}"] = token
    for token, code in enumerate([*codes, mask], start=first):
        code["id"] = token
    for special in tokenizer["post_processor"]["special_tokens"].values():
        special["ids"] = [code["id"] for code in tokenizer["added_tokens"] if code["content"] == special["id"]]
    return tokenizer


def write_tokenizer(small: Path, shape: Shape, folder: Path) -> list[str]:
    """Writes it, with what else a folder of NLLB has; its pieces by their ids."""
    tokenizer = enlarged(json.loads(small.read_text(encoding="utf-8")), shape)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    names = {token: name for name, token in tokenizer["model"]["vocab"].items()}
    names |= {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    return [names.get(token, f"<unused{token}>") for token in range(shape.vocabulary)]


def main() -> None:
    shape, folder = SHAPES[sys.argv[1]], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    spec = filled(shape)
    pieces = write_tokenizer(Path(sys.argv[3]), shape, folder) if len(sys.argv) > 3 else tokens(shape)
    for register in (spec.register_source_vocabulary, spec.register_target_vocabulary):
        register(pieces)
    spec.config.add_source_eos = False
    spec.config.decoder_start_token = "<unk>" if shape.is_t5 else "</s>"
    spec.validate()
    spec._alias_variables()
    spec.save(str(folder))


if __name__ == "__main__":
    main()
