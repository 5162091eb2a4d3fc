"""A few seconds of training, so that the parity models behave like models.

With purely random weights every search ends in one token repeated, and neither history nor source matters much. Here a
model learns a made-up language instead: the target is a random walk over the vocabulary, each token having a few
successors with probabilities of their own, and it starts from a token of the source. That leaves beams real
alternatives, lets some walks end and others run to the limit, and repeats enough for the n-gram rules to bite.
"""

from __future__ import annotations

import random
from typing import Any

import torch

from common import Ids, pad

FIRST_TOKEN = 8  # ids below are special: <s> <pad> </s> <unk> and stand-ins for languages
OPENINGS: list[Ids] = [[], [0], [7]]  # a walk may open with <s> (BART) or a language's id (NLLB)
OPENING_WEIGHTS = [0.6, 0.2, 0.2]
LONGEST_WALK = 20


class Language:
    """A grammar over the ids FIRST_TOKEN..vocabulary; `eos` is a successor of some tokens."""

    def __init__(self, vocabulary: int, eos: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.tokens = range(FIRST_TOKEN, vocabulary)
        self.eos = eos
        self.successors = {token: self._successors(token) for token in self.tokens}

    def _successors(self, token: int) -> tuple[Ids, list[float]]:
        choices = self.dice.sample(self.tokens, 3)
        if self.dice.random() < 0.15:
            choices.append(token)
        if self.dice.random() < 0.4:
            choices.append(self.eos)
        return choices, [self.dice.uniform(0.2, 1.0) ** 2 for _ in choices]

    def source(self, first: int, length: int) -> Ids:
        """`length` ids framed as an encoder wants them: `first` … `</s>`."""
        return [first, *self.dice.choices(self.tokens, k=length - 2), self.eos]

    def target(self, source: Ids) -> Ids:
        """A walk from the source's second token, with or without a special token before it."""
        walk = [source[1]]
        while walk[-1] != self.eos and len(walk) < LONGEST_WALK:
            choices, weights = self.successors[walk[-1]]
            walk += self.dice.choices(choices, weights)
        return self.dice.choices(OPENINGS, OPENING_WEIGHTS)[0] + walk


def train(
    model: Any, language: Language, first: int, steps: int = 700, batch: int = 32, rate: float = 6e-3
) -> None:
    """Teacher-forced training on fresh random pairs."""
    config = model.config
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    model.train()
    for _ in range(steps):
        sources = [language.source(first, language.dice.randrange(3, 24)) for _ in range(batch)]
        targets = [language.target(source) for source in sources]
        ids, mask = pad(sources, config.pad_token_id)
        labels, real = pad(targets, config.pad_token_id)
        loss = model(input_ids=ids, attention_mask=mask, labels=labels.masked_fill(real == 0, -100)).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    print(f"  trained to a loss of {loss.item():.2f}", flush=True)
    model.eval()
