"""Models converted by CTranslate2's own converter, and what their files say the weights are.

The reference of a converted fixture is transformers with the weights of the file: an integer divided by its scale is
the weight, whatever the checkpoint had before.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.converters.transformers import BartLoader, M2M100Loader, T5Loader

TYPES = ["<f4", "<i1", "<i2", "<i4", "<f2", "bfloat16"]
TOKENS = ["<s>", "<pad>", "</s>", "<unk>"]


def save(model: Any, folder: Path, quantization: str) -> None:
    """A folder as `ct2-transformers-converter` makes it, but for the tokenizer; generation_config.json as well."""
    family = model.config.model_type
    if family == "bart":
        # What BartConfig had before transformers 5, and the loader still asks for.
        model.config.normalize_before, model.config.normalize_embedding = False, True
    loaders = {"bart": BartLoader, "m2m_100": M2M100Loader, "t5": T5Loader}
    spec = loaders[family]().get_model_spec(model)
    spec.register_source_vocabulary(vocabulary(model))
    spec.register_target_vocabulary(vocabulary(model))
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token = vocabulary(model)[model.config.decoder_start_token_id]
    spec.validate()
    spec.optimize(quantization)
    spec.save(str(folder))
    model.generation_config.save_pretrained(folder)


def vocabulary(model: Any) -> list[str]:
    """A token for each id."""
    return TOKENS + [f"token{id}" for id in range(len(TOKENS), model.config.vocab_size)]


def read(path: Path) -> dict[str, torch.Tensor]:
    """The variables of a model.bin of version 6 in float32, by name; integers are divided by their scales."""
    data, at = path.read_bytes(), 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", data, at)
        at += struct.calcsize(f"<{kind}")
        return value

    def name() -> str:
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at - 1].decode()

    assert number("I") == 6 and name() == "TransformerSpec"
    number("I")
    raw = {}
    for _ in range(number("I")):
        own = name()
        shape = [number("I") for _ in range(number("B"))]
        kind, length = TYPES[number("B")], number("I")
        values = data[at : at + length]
        at += length
        if kind == "bfloat16":
            values = (np.frombuffer(values, "<u2").astype("<u4") << 16).tobytes()
            kind = "<f4"
        raw[own] = torch.from_numpy(np.frombuffer(values, kind).astype("<f4").reshape(shape).copy())
    for _ in range(number("I")):
        alias, target = name(), name()
        for end in ("", "_scale"):
            if target + end in raw:
                raw[alias + end] = raw[target + end]
    assert at == len(data)
    for own in [own for own in raw if own + "_scale" in raw]:
        scale = raw[own + "_scale"]
        raw[own] = raw[own] / (scale[:, None] if scale.dim() else scale)
    return raw


@torch.no_grad()
def load(model: Any, folder: Path) -> Any:
    """`model` with the weights that the file in `folder` holds."""
    file = read(folder / "model.bin")
    if model.config.model_type == "t5":
        return load_t5(model, file)

    def norm(layer: Any, name: str) -> None:
        layer.weight.copy_(file[f"{name}/gamma"])
        layer.bias.copy_(file[f"{name}/beta"])

    def linear(layers: list[Any], name: str) -> None:
        for end in ("weight", "bias"):
            parts = torch.chunk(file[f"{name}/{end}"], len(layers))
            for layer, part in zip(layers, parts, strict=True):
                getattr(layer, end).copy_(part)

    def attention(layer: Any, name: str, is_cross: bool) -> None:
        projections = [layer.q_proj, layer.k_proj, layer.v_proj]
        stacks = [projections[:1], projections[1:]] if is_cross else [projections]
        for place, stack in enumerate([*stacks, [layer.out_proj]]):
            linear(stack, f"{name}/linear_{place}")

    for side in ("encoder", "decoder"):
        stack = getattr(model.model, side)
        stack.embed_tokens.weight.copy_(file["decoder/embeddings/weight"])
        positions = file[f"{side}/position_encodings/encodings"]
        if model.config.model_type == "bart":
            stack.embed_positions.weight[2:].copy_(positions)
            norm(stack.layernorm_embedding, f"{side}/layernorm_embedding")
        else:
            stack.embed_positions.weights[2:].copy_(positions)
            norm(stack.layer_norm, f"{side}/layer_norm")
        for place, layer in enumerate(stack.layers):
            name = f"{side}/layer_{place}"
            attention(layer.self_attn, f"{name}/self_attention", False)
            norm(layer.self_attn_layer_norm, f"{name}/self_attention/layer_norm")
            if side == "decoder":
                attention(layer.encoder_attn, f"{name}/attention", True)
                norm(layer.encoder_attn_layer_norm, f"{name}/attention/layer_norm")
            linear([layer.fc1], f"{name}/ffn/linear_0")
            linear([layer.fc2], f"{name}/ffn/linear_1")
            norm(layer.final_layer_norm, f"{name}/ffn/layer_norm")
    model.lm_head.weight.copy_(file["decoder/projection/weight"])
    if model.config.model_type == "bart":
        model.final_logits_bias.copy_(file["decoder/projection/bias"])
    return model.eval()


@torch.no_grad()
def load_t5(model: Any, file: dict[str, torch.Tensor]) -> Any:
    """`model`, a T5, with the weights of a file."""

    def stacked(layers: list[Any], name: str) -> None:
        parts = torch.chunk(file[f"{name}/weight"], len(layers))
        for layer, part in zip(layers, parts, strict=True):
            layer.weight.copy_(part)

    def attention(block: Any, layer: Any, name: str, is_cross: bool) -> None:
        block.layer_norm.weight.copy_(file[f"{name}/layer_norm/gamma"])
        stacks = [[layer.q], [layer.k, layer.v]] if is_cross else [[layer.q, layer.k, layer.v]]
        for place, stack in enumerate([*stacks, [layer.o]]):
            stacked(stack, f"{name}/linear_{place}")

    for side in ("encoder", "decoder"):
        stack = getattr(model, side)
        stack.embed_tokens.weight.copy_(file["decoder/embeddings/weight"])
        stack.final_layer_norm.weight.copy_(file[f"{side}/layer_norm/gamma"])
        for place, block in enumerate(stack.block):
            name = f"{side}/layer_{place}"
            own = block.layer[0].SelfAttention
            attention(block.layer[0], own, f"{name}/self_attention", False)
            if own.has_relative_attention_bias:
                own.relative_attention_bias.weight.copy_(file[f"{name}/self_attention/relative_attention_bias"])
            if side == "decoder":
                attention(block.layer[1], block.layer[1].EncDecAttention, f"{name}/attention", True)
            block.layer[-1].layer_norm.weight.copy_(file[f"{name}/ffn/layer_norm/gamma"])
            maps = block.layer[-1].DenseReluDense
            if model.config.is_gated_act:
                stacked([maps.wi_0], f"{name}/ffn/linear_0")
                stacked([maps.wi_1], f"{name}/ffn/linear_0_noact")
            else:
                stacked([maps.wi], f"{name}/ffn/linear_0")
            stacked([maps.wo], f"{name}/ffn/linear_1")
    model.lm_head.weight.copy_(file["decoder/projection/weight"])
    return model.eval()
