"""Writes a model of NLLB-200-distilled-600M's exact shape with random weights, as pytorch_model.bin with every tied
tensor under all its names (as the real checkpoint has them), and what transformers generates with it.

For .ci/full: `python full_shape.py DIR`, then the ignored test of tests/networks/full_shape.rs with AUDARMA_FULL_SHAPE=DIR.
Takes 2.5 GB of disk, 6 GB of memory and a few minutes.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import M2M100Config, M2M100ForConditionalGeneration

SOURCES = [[256089, *range(1000, 1000 + 37 * n, 37), 2] for n in (5, 17, 38)]
OPTIONS = [
    {"num_beams": 1, "max_new_tokens": 20},
    {"num_beams": 4, "max_new_tokens": 20},
    {"num_beams": 4, "max_new_tokens": 12, "no_repeat_ngram_size": 2, "length_penalty": 0.6},
]
TARGET_LANGUAGE = 256047


def model() -> M2M100ForConditionalGeneration:
    torch.manual_seed(0)
    config = M2M100Config(
        vocab_size=256206,
        d_model=1024,
        encoder_layers=12,
        decoder_layers=12,
        encoder_ffn_dim=4096,
        decoder_ffn_dim=4096,
        encoder_attention_heads=16,
        decoder_attention_heads=16,
        max_position_embeddings=1024,
        scale_embedding=True,
        activation_function="relu",
        decoder_start_token_id=2,
        init_std=0.05,
    )
    return M2M100ForConditionalGeneration(config).eval()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    network = model()
    network.config.save_pretrained(folder)
    network.generation_config.save_pretrained(folder)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    cases = []
    for options in OPTIONS:
        for source in SOURCES:
            with torch.inference_mode():
                out = network.generate(
                    input_ids=torch.tensor([source]),
                    forced_bos_token_id=TARGET_LANGUAGE,
                    do_sample=False,
                    output_scores=True,
                    return_dict_in_generate=True,
                    **options,
                )
            cases.append({"source": source, "options": options, "ids": out.sequences[0].tolist()})
    reference = {"forced_bos_token_id": TARGET_LANGUAGE, "cases": cases}
    (folder / "reference.json").write_text(json.dumps(reference, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
