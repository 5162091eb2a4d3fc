"""Writes tests/fixtures/parity/: tiny, briefly trained models and what transformers computes with them.

tests/fixtures/README.md describes the files. Run: python parity.py [KIND...]
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import AutoModelForSeq2SeqLM

from brief_training import Language, train
from common import FIXTURES, Ids, fresh_folder, generate, quiet_and_reproducible, versions, write_json
from margins import MarginProbe
from parity_models import EOS, KINDS, PAD, VOCABULARY, Kind, randomise

OUT = FIXTURES / "parity"
LANGUAGE = 7  # stands for the target language's id in the forced_bos_token_id cases
SMALLEST_GAP = 1e-3
EFFECTIVE = (
    "num_beams",
    "length_penalty",
    "no_repeat_ngram_size",
    "min_length",
    "min_new_tokens",
    "max_length",
    "max_new_tokens",
    "early_stopping",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "decoder_start_token_id",
    "eos_token_id",
    "pad_token_id",
    "num_return_sequences",
    "bad_words_ids",
    "renormalize_logits",
)

PLAIN = dict(
    num_beams=1,
    length_penalty=1.0,
    no_repeat_ngram_size=0,
    min_length=0,
    early_stopping=False,
    max_new_tokens=16,
    forced_bos_token_id=None,
    forced_eos_token_id=None,
)
CASES: dict[str, dict[str, Any]] = {
    "the model's own options": {},
    "greedy": PLAIN,
    "greedy, no repeated 2-grams": PLAIN | dict(no_repeat_ngram_size=2),
    "greedy, min_length": PLAIN | dict(min_length=9),
    "greedy, min_new_tokens": PLAIN | dict(min_new_tokens=9),
    "greedy, min_length 3": PLAIN | dict(min_length=3),
    "greedy, min_new_tokens 3": PLAIN | dict(min_new_tokens=3),
    "greedy, forced language": PLAIN | dict(forced_bos_token_id=LANGUAGE),
    "greedy, forced language, max_new_tokens 3": PLAIN | dict(forced_bos_token_id=LANGUAGE, max_new_tokens=3),
    "2 beams": PLAIN | dict(num_beams=2),
    "4 beams": PLAIN | dict(num_beams=4),
    "5 beams": PLAIN | dict(num_beams=5),
    "4 beams, length_penalty 0.6": PLAIN | dict(num_beams=4, length_penalty=0.6),
    "4 beams, length_penalty 2": PLAIN | dict(num_beams=4, length_penalty=2.0),
    "4 beams, length_penalty 0": PLAIN | dict(num_beams=4, length_penalty=0.0),
    "4 beams, length_penalty -0.5": PLAIN | dict(num_beams=4, length_penalty=-0.5),
    "4 beams, no repeated 2-grams": PLAIN | dict(num_beams=4, no_repeat_ngram_size=2),
    "5 beams, no repeated 3-grams": PLAIN | dict(num_beams=5, no_repeat_ngram_size=3),
    "4 beams, no repeated 1-grams": PLAIN | dict(num_beams=4, no_repeat_ngram_size=1),
    "4 beams, min_length": PLAIN | dict(num_beams=4, min_length=9),
    "4 beams, min_new_tokens": PLAIN | dict(num_beams=4, min_new_tokens=9),
    "4 beams, stop early": PLAIN | dict(num_beams=4, early_stopping=True),
    "4 beams, never stop early": PLAIN | dict(num_beams=4, early_stopping="never"),
    "2 beams, length_penalty 2, never stop early": PLAIN
    | dict(num_beams=2, length_penalty=2.0, early_stopping="never"),
    "4 beams, max_new_tokens 5": PLAIN | dict(num_beams=4, max_new_tokens=5),
    "4 beams, max_length 5": {k: v for k, v in PLAIN.items() if k != "max_new_tokens"}
    | dict(num_beams=4, max_length=5),
    "4 beams, max_length 5, length_penalty 2": {k: v for k, v in PLAIN.items() if k != "max_new_tokens"}
    | dict(num_beams=4, max_length=5, length_penalty=2.0),
    "4 beams, forced language": PLAIN | dict(num_beams=4, forced_bos_token_id=LANGUAGE),
    "4 beams, forced language, stop early, no repeated 3-grams, length_penalty 2": PLAIN
    | dict(num_beams=4, forced_bos_token_id=LANGUAGE, early_stopping=True, no_repeat_ngram_size=3, length_penalty=2.0),
    "5 beams, forced </s> at the limit": PLAIN | dict(num_beams=5, forced_eos_token_id=EOS, max_new_tokens=6),
    "4 beams, forced language and </s>, min_length beyond the limit": PLAIN
    | dict(num_beams=4, forced_bos_token_id=LANGUAGE, forced_eos_token_id=EOS, max_new_tokens=7, min_length=20),
    "4 beams, forced <s> and </s>, stop early, length_penalty 2": PLAIN
    | dict(num_beams=4, forced_bos_token_id=0, forced_eos_token_id=EOS, early_stopping=True, length_penalty=2.0),
    "4 beams, max_new_tokens 1": PLAIN | dict(num_beams=4, max_new_tokens=1),
    "4 beams, long": PLAIN | dict(num_beams=4, max_new_tokens=48),
}


def save_and_load(kind: Kind, language: Language, folder: Path) -> Any:
    """Saves the kind's model as its users have it and hands back what transformers loads from there."""
    model = kind.build()
    randomise(model, kind.seed)
    if kind.prepare:
        kind.prepare(model)
    train(model, language, kind.first)
    for name, value in kind.generation.items():
        setattr(model.generation_config, name, value)
    kind.save(model, folder)
    if kind.load:
        return kind.load(model, folder)
    loaded = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, loaded.state_dict()[name]), f"{kind.name}: {name} was not saved as it was"
    return loaded


def smallest_gap(model: Any, source: Ids, options: dict[str, Any]) -> float:
    """The closest decision `generate` took, and -1 where it produced a padding token, which no test wants."""
    with MarginProbe() as probe, torch.inference_mode():
        out = model.generate(
            input_ids=torch.tensor([source]), return_dict_in_generate=True, output_scores=True, **options
        )
        if getattr(out, "sequences_scores", None) is None:
            probe.greedy(out.scores)
    return -1.0 if PAD in out.sequences[0, 1:].tolist() else probe.smallest


def choose_sources(kind: Kind, language: Language, model: Any) -> list[Ids]:
    """For each length the first random source on which no case comes near a tie."""
    sources = []
    for length in kind.lengths:
        for attempt in range(1000):
            source = language.source(kind.first, length)
            if all(smallest_gap(model, source, options) > SMALLEST_GAP for options in CASES.values()):
                break
        else:
            raise SystemExit(f"{kind.name}: no source of {length} tokens without near-ties; try another seed")
        print(f"  source of {length} tokens after {attempt + 1} draws", flush=True)
        sources.append(source)
    return sources


def effective_options(model: Any, options: dict[str, Any]) -> dict[str, Any]:
    """What `generate` works with once the model's generation configuration and the defaults are merged in.

    `max_length` and `min_length` are then final: totals that count the decoder's start token.
    """
    config, _ = model._prepare_generation_config(None, **options)
    unset = {
        name: options.get(name) is None and getattr(model.generation_config, name) is None
        for name in ("max_length", "min_length")
    }
    config = model._prepare_generated_length(config, unset["max_length"], unset["min_length"], "input_ids", 1, None)
    return {name: getattr(config, name, None) for name in EFFECTIVE}


def run_case(name: str, model: Any, sources: list[Ids], options: dict[str, Any]) -> dict[str, Any]:
    """Every source alone; and all of them as one padded batch, which must give the same."""
    alone = [generate(model, [source], options) for source in sources]
    ids, scores = [sequences[0] for sequences, _ in alone], [values[0] for _, values in alone]
    batch_ids, batch_scores = generate(model, sources, options)
    assert batch_ids == ids, f"{name}: a padded batch gives other ids than its rows alone"
    assert torch.allclose(torch.tensor(scores), torch.tensor(batch_scores), atol=1e-5), (
        f"{name}: other scores in a batch"
    )
    return {
        "name": name,
        "options": options,
        "effective": effective_options(model, options),
        "ids": ids,
        "scores": scores,
    }


@torch.inference_mode()
def network_outputs(model: Any, sources: list[Ids], targets: list[Ids]) -> dict[str, torch.Tensor]:
    """Encoder states (source, d_model) and logits (target, vocabulary), each source alone, as flat named tensors."""
    tensors = {}
    for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
        out = model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([target]), use_cache=False)
        tensors[f"encoder.{index}"] = out.encoder_last_hidden_state[0].contiguous()
        tensors[f"logits.{index}"] = out.logits[0].contiguous()
    return tensors


def write_kind(kind: Kind) -> None:
    print(kind.name, flush=True)
    folder = fresh_folder(OUT / kind.name)
    language = Language(VOCABULARY, EOS, kind.seed)
    model = save_and_load(kind, language, folder)
    sources = choose_sources(kind, language, model)
    dice = random.Random(kind.seed + 1000)
    targets = [
        [kind.start, *(dice.randrange(3, model.config.vocab_size) for _ in range(kind.target_length - 1))] for _ in sources
    ]
    save_file(network_outputs(model, sources, targets), folder / "reference.safetensors")
    cases = [run_case(name, model, sources, options) for name, options in CASES.items()]
    ended = sum(ids[-1] == EOS for case in cases for ids in case["ids"])
    total = len(cases) * len(sources)
    distinct = sum(len({tuple(case["ids"][i]) for case in cases}) for i in range(len(sources)))
    print(f"  {total} results, {ended} end with </s>, {distinct} distinct", flush=True)
    assert 0.15 < ended / total < 0.95, f"{kind.name}: too few or too many sequences end"
    write_json(
        folder / "reference.json",
        {"about": kind.about, **versions(), "sources": sources, "targets": targets, "generation": cases},
    )


def main() -> None:
    quiet_and_reproducible()
    wanted = set(sys.argv[1:]) or {kind.name for kind in KINDS}
    for kind in KINDS:
        if kind.name in wanted:
            write_kind(kind)


if __name__ == "__main__":
    main()
