"""What the fixture scripts share: where things lie, how they are written, one way to call `generate`."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch
import transformers

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"

Ids = list[int]


def quiet_and_reproducible() -> None:
    """One thread, so that sums are taken in one order; no progress bars in the log."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", message="Using the model-agnostic default|Unfeasible length constraints")


def fresh_folder(path: Path) -> Path:
    """An empty folder at `path`: a fixture never keeps files of an earlier run."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def write_json(path: Path, value: Any, depth: int = 2) -> None:
    """JSON with one entry a line at the top `depth` levels: compact, and a diff still shows what changed."""
    path.write_text(_lines(value, depth) + "\n", encoding="utf-8")


def _lines(value: Any, depth: int, indent: str = "") -> str:
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    inner = indent + " "
    if isinstance(value, dict):
        rows = [f"{inner}{json.dumps(key)}: {_lines(item, depth - 1, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    rows = [inner + _lines(item, depth - 1, inner) for item in value]
    return "[\n" + ",\n".join(rows) + f"\n{indent}]"


def versions() -> dict[str, str]:
    """The versions a fixture's numbers come from."""
    return {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}


def pad(rows: list[Ids], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows padded on the right, and the attention mask: both (rows, longest)."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask


def trim(ids: Ids, pad_id: int) -> Ids:
    """`ids` without the padding at its end."""
    end = len(ids)
    while end > 0 and ids[end - 1] == pad_id:
        end -= 1
    return ids[:end]


@torch.inference_mode()
def generate(model: Any, rows: list[Ids], options: dict[str, Any]) -> tuple[list[Ids], list[float]]:
    """Sequences (decoder start included, padding trimmed) and one score a row.

    The score is `sequences_scores` with beams. Greedy search has none, so it is computed here as beam search
    would have with `length_penalty` 1: the mean log-probability of the generated tokens, where a forced token
    counts with log-probability 0.
    """
    pad_id = model.generation_config.pad_token_id
    ids, mask = pad(rows, pad_id)
    out = model.generate(
        input_ids=ids,
        attention_mask=mask,
        return_dict_in_generate=True,
        output_scores=True,
        output_logits=True,
        **options,
    )
    sequences = [trim(row, pad_id) for row in out.sequences.tolist()]
    scores = getattr(out, "sequences_scores", None)
    if scores is not None:
        return sequences, scores.tolist()
    renormalized = bool(options.get("renormalize_logits", model.generation_config.renormalize_logits))
    return sequences, [_mean_log_prob(out, row, ids, renormalized) for row, ids in enumerate(sequences)]


def _mean_log_prob(out: Any, row: int, ids: Ids, renormalized: bool) -> float:
    total = 0.0
    for step, token in enumerate(ids[1:]):
        forced = torch.isfinite(out.scores[step][row]).sum() == 1
        if not forced:
            over = out.scores if renormalized else out.logits
            total += torch.log_softmax(over[step][row], dim=-1)[token].item()
    return total / (len(ids) - 1)
