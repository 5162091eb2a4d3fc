"""How close transformers came to deciding otherwise.

Another implementation of the same network differs from torch by rounding (about 1e-6 a logit). Where two candidates
lie closer than that, both answers are right and a test on ids would be a test of luck. `MarginProbe` watches one
`generate` call and keeps the smallest gap of all decisions that its result depends on; the parity fixtures use only
sources whose smallest gap is well above rounding. Gaps are in log-probability: of a candidate's sum while beams compete
for their places, of the mean a token where finished sequences do (a length penalty above 1 shrinks scores and their
rounding alike, so that is taken back).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers.generation.utils import GenerationMixin

IMPOSSIBLE = -1e8  # beam search marks what may not win with scores around -1e9


class MarginProbe:
    """Context manager around `generate` with a single source. `smallest` is the closest decision seen."""

    def __init__(self) -> None:
        self.smallest = math.inf
        self._final: torch.Tensor | None = None
        self._final_scale = 1.0
        self._originals: dict[str, Any] = {}

    def __enter__(self) -> MarginProbe:
        self._wrap("_get_running_beams_for_next_iteration", self._continuations)
        self._wrap("_update_finished_beams", self._finished)
        self._wrap("_check_early_stop_heuristic", self._early_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for name, original in self._originals.items():
            setattr(GenerationMixin, name, original)
        if self._final is not None:
            self._rank(self._final, 1, self._final_scale)

    def greedy(self, scores: tuple[torch.Tensor, ...]) -> None:
        """Adds the decisions of a greedy search, from its `scores` (one (1, vocabulary) tensor a step)."""
        for step in scores:
            self._rank(step[0], 1)

    def _wrap(self, name: str, watch: Any) -> None:
        original = GenerationMixin.__dict__[name]
        static = isinstance(original, staticmethod)
        call = original.__func__ if static else original

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            result = call(*args, **kwargs)
            watch(kwargs, result)
            return result

        self._originals[name] = original
        setattr(GenerationMixin, name, staticmethod(wrapper) if static else wrapper)

    def _gap(self, left: float, right: float, scale: float = 1.0) -> None:
        if left > IMPOSSIBLE and right > IMPOSSIBLE:
            self.smallest = min(self.smallest, abs(left - right) * scale)

    def _rank(self, scores: torch.Tensor, kept: int, scale: float = 1.0) -> None:
        """The gap between the last of the `kept` best and the first that is not."""
        best = scores.flatten().topk(min(kept + 1, scores.numel())).values.tolist()
        if len(best) > kept:
            self._gap(best[kept - 1], best[kept], scale)

    def _continuations(self, call: dict[str, Any], _: Any) -> None:
        scores, ended, beams = (
            call["topk_log_probs"][0],
            call["next_token_hits_stopping_criteria"][0],
            call["num_beams"],
        )
        if ended.all():  # the length limit: nothing runs on, and only the best of these can be the answer
            return
        self._rank(torch.where(ended, -1e9, scores), beams)
        for rank in ended.nonzero().flatten().tolist():  # does this ending count among the `beams` best?
            rival = beams if rank < beams else beams - 1
            self._gap(scores[rank].item(), scores[rival].item())

    def _finished(self, call: dict[str, Any], result: tuple[torch.Tensor, ...]) -> None:
        before, after = call["beam_scores"][0], result[1][0]
        ended = call["next_token_hits_stopping_criteria"][0] & call["top_num_beam_mask"]
        length = call["cur_len"] + 1 - call["decoder_prompt_len"]
        new = torch.where(ended, call["topk_log_probs"][0] / length ** call["length_penalty"], -1e9)
        self._final, self._final_scale = after, _scale(length, call["length_penalty"])
        self._rank(torch.cat([before, new]), call["num_beams"], self._final_scale)

    def _early_stop(self, call: dict[str, Any], _: Any) -> None:
        if not call["is_sent_finished"].all() or not call["is_early_stop_heuristic_unsatisfied"].all():
            return
        never = call["early_stopping"] == "never" and call["length_penalty"] > 0
        length = (call["max_length"] if never else call["cur_len"]) - call["decoder_prompt_len"]
        best = call["running_beam_scores"][0, 0].item() / length ** call["length_penalty"]
        self._gap(best, call["beam_scores"].min().item(), _scale(length, call["length_penalty"]))


def _scale(length: int, length_penalty: float) -> float:
    return max(1.0, float(length) ** (length_penalty - 1.0))
