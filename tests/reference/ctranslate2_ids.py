"""Trained networks of each family in CTranslate2's int8 folders, and the ids that CTranslate2 makes with them.

    python ctranslate2_ids.py DIR
    AUDARMA_CTRANSLATE2_IDS=DIR cargo test --release --test networks ids_of_ctranslate2 -- --ignored --nocapture

Each learns to translate a made-up language word by word, some words changing places, for some minutes on a core.
DIR/FAMILY has the folder, DIR/FAMILY.json sources that were not trained on and the ids of their translations, greedy
and with four beams. The weights here and there are equal; the activations are rounded by each in its own way, so
that a few sentences may differ. Needs requirements.txt and the `ctranslate2` package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctranslate2
import torch

import ctranslate2_models
from brief_training import Language, train
from common import Ids, fresh_folder, quiet_and_reproducible, write_json
from parity_models import EOS, VOCABULARY, bart, m2m100, t5, untied

HELD_OUT = 500
LONGEST = 40
WIDE = dict(d_model=128, encoder_ffn_dim=256, decoder_ffn_dim=256, decoder_attention_heads=4)
# The model, what its sources begin with, and how many steps it takes to learn.
FAMILIES: dict[str, tuple[Callable[[], Any], int, int]] = {
    "m2m100": (lambda: m2m100(**WIDE), 5, 3000),
    "bart": (lambda: bart(**WIDE), 0, 3000),
    "t5": (lambda: untied(t5(d_model=128, d_kv=32, d_ff=256)), 5, 9000),
}


class Dictionary(Language):
    """A word for each word; those that three divides change places with the next."""

    def __init__(self, seed: int) -> None:
        super().__init__(VOCABULARY, EOS, seed)
        words = list(self.tokens)
        self.dice.shuffle(words)
        self.word = dict(zip(self.tokens, words, strict=True))

    def target(self, source: Ids) -> Ids:
        found: Ids = []
        rest = source[1:-1]
        while rest:
            taken = 2 if rest[0] % 3 == 0 else 1
            found += [self.word[token] for token in reversed(rest[:taken])]
            rest = rest[taken:]
        return [*found, self.eos]


def main() -> None:
    quiet_and_reproducible()
    place = fresh_folder(Path(sys.argv[1]))
    for seed, (family, (build, first, steps)) in enumerate(FAMILIES.items()):
        torch.manual_seed(seed)
        model, language = build(), Dictionary(seed)
        train(model, language, first, steps=steps, batch=32, rate=2e-3)
        model.generation_config.max_length = LONGEST
        folder = fresh_folder(place / family)
        ctranslate2_models.save(model, folder, "int8")
        sources = [language.source(first, language.dice.randrange(3, 24)) for _ in range(HELD_OUT)]
        names = ctranslate2_models.vocabulary(model)
        translator = ctranslate2.Translator(str(folder), compute_type="int8")
        ids = {token: id for id, token in enumerate(names)}
        found = {}
        for beams in (1, 4):
            results = translator.translate_batch(
                [[names[id] for id in source] for source in sources], beam_size=beams, max_decoding_length=LONGEST
            )
            found[beams] = [[ids[token] for token in result.hypotheses[0]] for result in results]
        right = sum(ids == language.target(source)[:-1] for ids, source in zip(found[1], sources, strict=True))
        print(f"{family}: {right} of {HELD_OUT} translated as the dictionary has it")
        write_json(place / f"{family}.json", {"sources": sources, "greedy": found[1], "beams": found[4]})


if __name__ == "__main__":
    main()
