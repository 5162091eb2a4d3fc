"""fixtures/checkpoints/: the same few tensors in every form that PyTorch and training programs save them in.

`bart-one-layer.bin` is the network of `fixtures/parity/bart-one-layer-bin` as PyTorch before 1.6 wrote files, within a
training checkpoint, and with the names of a model without a head.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDER = FIXTURES / "checkpoints"


def tensors() -> dict[str, torch.Tensor]:
    """Views, a tied tensor, types of 2 and 8 bytes, and one that holds no weights."""
    whole = torch.arange(12, dtype=torch.float32).reshape(4, 3)
    return {
        "whole": whole,
        "tied": whole,
        "part": whole[2:],
        "columns": torch.arange(6, dtype=torch.float64).reshape(3, 2).T,
        "halves": torch.arange(4, dtype=torch.float16) / 2,
        "steps": torch.tensor([7]),
    }


def training(**wrapped: Any) -> dict[str, Any]:
    """What a training program keeps beside the weights: an optimizer's tensors, options, counters."""
    return {
        "args": argparse.Namespace(arch="bart", lr=[1e-3]),
        **wrapped,
        "optimizer": {"state": {0: {"step": torch.tensor(3), "exp_avg": torch.ones(5, dtype=torch.bfloat16)}}},
        "epoch": 1,
    }


def save(name: str, what: Any, legacy: bool, protocol: int = 2) -> None:
    torch.save(what, FOLDER / f"{name}.bin", _use_new_zipfile_serialization=not legacy, pickle_protocol=protocol)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for legacy, form in ((True, "legacy"), (False, "zip")):
        for protocol in (2, 4, 5):
            save(f"{form}-{protocol}", tensors(), legacy, protocol)
        save(f"{form}-state-dict", training(state_dict=tensors()), legacy)
        save(f"{form}-model", training(model=tensors()), legacy, protocol=4)
    network = torch.load(FIXTURES / "parity" / "bart-one-layer-bin" / "pytorch_model.bin")
    bare = {name.removeprefix("model."): tensor for name, tensor in network.items()}
    save("bart-one-layer", {"state_dict": bare}, legacy=True)


if __name__ == "__main__":
    main()
