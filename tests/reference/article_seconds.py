"""Networks of NLLB-600M's and bart-large-cnn's full shapes that say about one article what a trained network would.

    python article_seconds.py WORK [--binary target/release/translate] [--threads N] [--runs 3]

Speed does not depend on what weights are, but on how many tokens a search takes, and random weights never end a
sentence. So the feed-forward of the last decoder layer is fitted, until every sentence of examples/article.txt gets its
translation and the text its summary, as the memorised fixtures have them; all other weights stay random. What `translate`
prints with them, in 8 bits, then has to be tests/fixtures/article.expected.txt but for some words, and `translate bench
--article` tells the seconds: greedy and with 4 beams, with and without the summary, as Markdown.

WORK keeps the networks (4 GB). Fitting them takes some ten minutes on two cores. Needs requirements.txt.
"""

import argparse
import difflib
import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

import torch
from full_shape import TARGET_LANGUAGE, model
from full_size import SHAPES, enlarged
from tokenizers import Tokenizer
from transformers import BartConfig, BartForConditionalGeneration

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
ARTICLE = ROOT / "examples" / "article.txt"
SOURCE_LANGUAGE, END = 256_089, 2
STEPS = 800
# Mean cross entropy over the targets: all tokens are nearly certain.
LOSS = 1e-3
RATE = 3e-3


def fit(network, block, inputs, finish, examples: list[tuple[list[int], list[int]]]) -> None:
    """Fits a feed-forward `block` (its modules are called on what reaches `inputs`, then `finish`) until each source of
    `examples` gets its target; both are ids, targets from the first token that is generated."""
    seen: list[torch.Tensor] = []
    states, wanted = [], []
    hook = inputs.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    start = network.config.decoder_start_token_id
    with torch.inference_mode():
        for source, target in examples:
            network(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([[start, *target[:-1]]]))
            states.append(seen.pop()[0])
            wanted.extend(target)
    hook.remove()
    given, wanted = torch.cat(states).clone(), torch.tensor(wanted)
    table = network.get_output_embeddings().weight.detach()
    # Tokens that are no target are pushed down by a sample of them.
    ids = torch.cat([wanted.unique(), torch.randperm(table.shape[0])[:8192]]).unique()
    places = torch.searchsorted(ids, wanted)
    weights = [weight for module in block for weight in module.parameters()]
    optimiser = torch.optim.Adam(weights, lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.1, STEPS)
    for step in range(STEPS):
        loss = torch.nn.functional.cross_entropy(finish(given) @ table[ids].T, places)
        if loss.item() < LOSS:
            break
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"  step {step}: loss {loss.item():.5f}", flush=True)
    with torch.inference_mode():
        best = (finish(given) @ table.T).argmax(-1)
    assert (best == wanted).all(), f"{(best != wanted).sum()} tokens are wrong"


def translator(folder: Path, pairs: list[tuple[str, str]]) -> None:
    small = FIXTURES / "memorised-nllb"
    tokenizer = enlarged(json.loads((small / "tokenizer.json").read_text(encoding="utf-8")), SHAPES["nllb-600m"])
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    shutil.copy(small / "tokenizer_config.json", folder)
    pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def ids(text: str) -> list[int]:
        return pieces.encode(text, add_special_tokens=False).ids

    examples = [([SOURCE_LANGUAGE, *ids(s), END], [TARGET_LANGUAGE, *ids(t), END]) for s, t in pairs]
    tokens = [sum(len(example[side]) for example in examples) for side in (0, 1)]
    print(f"{len(examples)} sentences, {tokens[0]} tokens, {tokens[1]} of their translations")
    network = model()
    decoder = network.model.decoder
    layer = decoder.layers[-1]

    def finish(given: torch.Tensor) -> torch.Tensor:
        inner = torch.relu(layer.fc1(layer.final_layer_norm(given)))
        return decoder.layer_norm(given + layer.fc2(inner))

    fit(network, [layer.fc1, layer.fc2, decoder.layer_norm], layer.final_layer_norm, finish, examples)
    network.save_pretrained(folder)


def summariser(folder: Path, pairs: list[tuple[str, str]]) -> None:
    small = FIXTURES / "memorised-bart"
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(small / name, folder)
    pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
    examples = [(pieces.encode(source).ids, pieces.encode(summary).ids) for source, summary in pairs]
    print(f"a text of {len(examples[0][0])} tokens, {len(examples[0][1])} of its summary")
    torch.manual_seed(0)
    # BartConfig's defaults are bart-large's shape.
    network = BartForConditionalGeneration(BartConfig()).eval()
    layer = network.model.decoder.layers[-1]

    def finish(given: torch.Tensor) -> torch.Tensor:
        return layer.final_layer_norm(given + layer.fc2(torch.nn.functional.gelu(layer.fc1(given))))

    fit(network, [layer.fc1, layer.fc2, layer.final_layer_norm], layer.fc1, finish, examples)
    network.save_pretrained(folder)
    shutil.copy(small / "generation_config.json", folder)


def whole(folder: Path, write, pairs: list[tuple[str, str]]) -> None:
    """Calls `write`, so that the folder is there once it is complete."""
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write(part, pairs)
    part.rename(folder)


def sentences(binary: Path) -> list[tuple[str, str]]:
    """What the memorised translator reads of the article, and what it says."""
    command = [binary, "--offline", "--model", FIXTURES / "memorised-nllb", "--summary", "none", "-f", "json", ARTICLE]
    document = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    found = [document["title"], document["metadata"]["section"]]
    found += [sentence for paragraph in document["paragraphs"] for sentence in paragraph["sentences"]]
    pairs = [(sentence.get("model_input") or sentence["source"], sentence["target"]) for sentence in found]
    return list(dict.fromkeys(pairs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--binary", type=Path, default=Path("target/release/translate"))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    models = options.work / "nllb", options.work / "bart"
    if not models[0].exists():
        whole(models[0], translator, sentences(options.binary))
    if not models[1].exists():
        expected = json.loads((FIXTURES / "memorised-bart" / "expected.json").read_text(encoding="utf-8"))
        # The first two are this article, with the captions that its page glued to sentences and without.
        whole(models[1], summariser, [(pair["source"], pair["target"]) for pair in expected["pairs"][:2]])
    common = ["--offline", "--threads", str(options.threads), "--model", models[0], "--summary-model", models[1]]
    said = subprocess.run([options.binary, *common, ARTICLE], check=True, stdout=subprocess.PIPE).stdout
    expected = (FIXTURES / "article.expected.txt").read_bytes()
    if difflib.SequenceMatcher(None, said, expected, autojunk=False).ratio() < 0.95:
        raise SystemExit(f"not what it was fitted to:\n{said.decode()}")
    print("| beams | summary | first sentence | whole article | again, models loaded | memory, MiB |")
    print("|---|---|---|---|---|---|")
    for beams in (1, 4):
        for summary in ("none", "abstractive"):
            command = [options.binary, "bench", *common, "--article", ARTICLE, "--runs", "2"]
            command += ["--beam", str(beams), "--summary", summary]
            lines = [
                json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
                for _ in range(options.runs)
            ]

            def median(field: str, lines: list[dict] = lines) -> float:
                return statistics.median(line[field] for line in lines)

            seconds = [median(f"{name}_seconds") for name in ("first_sentence", "total", "warm")]
            cells = " | ".join(f"{second:.1f}" for second in seconds)
            print(f"| {beams} | {summary} | {cells} | {median('peak_rss_mb'):.0f} |", flush=True)


if __name__ == "__main__":
    main()
