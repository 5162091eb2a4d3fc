"""T5 models in GGUF files, written and read back by llama.cpp's own package `gguf`.

The reference of such a fixture is transformers with the weights that the package reads from the file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

LLAMA_CPP = [
    (r"shared", "token_embd"),
    (r"lm_head", "output"),
    (r"(enc|dec)oder\.final_layer_norm", r"\1.output_norm"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.0\.SelfAttention\.([qkvo])", r"\1.blk.\2.attn_\3"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.0\.SelfAttention\.relative_attention_bias", r"\1.blk.\2.attn_rel_b"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.0\.layer_norm", r"\1.blk.\2.attn_norm"),
    (r"(dec)oder\.block\.(\d+)\.layer\.1\.EncDecAttention\.([qkvo])", r"\1.blk.\2.cross_attn_\3"),
    (r"(dec)oder\.block\.(\d+)\.layer\.1\.layer_norm", r"\1.blk.\2.cross_attn_norm"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.[12]\.layer_norm", r"\1.blk.\2.ffn_norm"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.[12]\.DenseReluDense\.wi_0", r"\1.blk.\2.ffn_gate"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.[12]\.DenseReluDense\.wi(_1)?", r"\1.blk.\2.ffn_up"),
    (r"(enc|dec)oder\.block\.(\d+)\.layer\.[12]\.DenseReluDense\.wo", r"\1.blk.\2.ffn_down"),
]


def of_llama_cpp(name: str) -> str:
    """What llama.cpp calls a tensor of transformers' checkpoint."""
    stem = name.removesuffix(".weight")
    for pattern, other in LLAMA_CPP:
        if re.fullmatch(pattern, stem):
            return re.sub(pattern, other, stem) + ".weight"
    raise ValueError(name)


def save(model: Any, folder: Path, quantisation: str, llama_cpp: bool) -> None:
    """model.gguf, its matrices quantised, with config.json and generation_config.json beside it."""
    kind = gguf.GGMLQuantizationType[quantisation]
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    writer = gguf.GGUFWriter(str(folder / "model.gguf"), "t5")
    writer.add_array("tokenizer.ggml.tokens", [f"token{id}" for id in range(8)])
    for name, weight in model.state_dict().items():
        if "embed_tokens" in name:
            continue
        own = of_llama_cpp(name) if llama_cpp else name
        numbers = weight.numpy().astype(np.float32)
        if numbers.ndim == 2 and "relative" not in name:
            writer.add_tensor(own, gguf.quants.quantize(numbers, kind), raw_dtype=kind)
        else:
            writer.add_tensor(own, numbers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@torch.no_grad()
def load(model: Any, folder: Path) -> Any:
    """`model` with the weights that the file in `folder` holds."""
    reader = gguf.GGUFReader(str(folder / "model.gguf"))
    file = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    for name, weight in model.state_dict().items():
        if "embed_tokens" not in name:
            own = name if name in file else of_llama_cpp(name)
            weight.copy_(torch.from_numpy(file[own].astype(np.float32).reshape(weight.shape)))
    return model.eval()
