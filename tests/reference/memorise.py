"""Training until a model has learnt a handful of texts by heart, which is all the memorised fixtures can do."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from common import Ids, pad


@dataclass(frozen=True)
class Example:
    """Encoder ids and the decoder's labels (what it generates after its start token)."""

    source: Ids
    labels: Ids


@dataclass(frozen=True)
class Plan:
    """One round of training; rounds are repeated, each from a high rate down to none, until everything is known."""

    steps: int
    rate: float
    batch: int
    rounds: int = 6


def memorise(
    model: Any,
    examples: list[Example],
    plan: Plan,
    known: Callable[[], bool],
    spoil: Callable[[Ids, random.Random], Ids] | None = None,
) -> None:
    """Trains until `known()`. `spoil` may change a source a little, so that a slightly different text is no other text."""
    dice = random.Random(0)
    for turn in range(plan.rounds):
        optimiser = torch.optim.AdamW(model.parameters(), lr=plan.rate, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.rate, total_steps=plan.steps, pct_start=0.1)
        model.train()
        batches: list[list[Example]] = []
        for step in range(plan.steps):
            batches = batches or _batches(examples, plan.batch, dice)
            loss = _loss(model, batches.pop(), lambda ids: spoil(ids, dice) if spoil else ids)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if step % 100 == 0:
                print(f"  round {turn}, step {step}: loss {loss.item():.4f}", flush=True)
        model.eval()
        if known():
            return
    raise SystemExit("not memorised; give the plan more steps")


def _batches(examples: list[Example], size: int, dice: random.Random) -> list[list[Example]]:
    """Batches of targets of like length, in random order."""
    ordered = sorted(examples, key=lambda example: (len(example.labels), dice.random()))
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    dice.shuffle(batches)
    return batches


def _loss(model: Any, batch: list[Example], spoil: Callable[[Ids], Ids]) -> torch.Tensor:
    pad_id = model.config.pad_token_id
    ids, mask = pad([spoil(example.source) for example in batch], pad_id)
    labels, real = pad([example.labels for example in batch], pad_id)
    return model(input_ids=ids, attention_mask=mask, labels=labels.masked_fill(real == 0, -100)).loss
