"""How the time of `translate bench` grows: seconds against the number of sentences and against their length, and the
peak of memory over 5,000 sentences, as Markdown tables.

    python growth.py DIR [--binary target/release/translate] [--precision q8] [--threads 2] [--seconds-only]

DIR is a model folder, with a tokenizer or without. Greedy search, sentences in batches of 32 as they would come from
an archive; times are of one run after a warm-up. The memory part decodes 5,000 sentences in batches in one
process and is long: --seconds-only leaves it out.
"""

import argparse
import json
import os
import subprocess
from pathlib import Path

SENTENCES = [1, 10, 100, 1000]
LENGTHS = [10, 20, 40, 80, 160, 400]
BATCH = 32
MANY = 5000


def bench(options: argparse.Namespace, cases: list[int], source: int, target: int) -> list[dict]:
    command = [
        str(options.binary),
        "bench",
        f"--model={options.folder}",
        f"--precision={options.precision}",
        f"--threads={options.threads}",
        "--cases=" + ",".join(f"{batch}x1" for batch in cases),
        f"--source-tokens={source}",
        f"--target-tokens={target}",
        "--runs=1",
        "--quiet",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def batches(sentences: int) -> list[int]:
    full, rest = divmod(sentences, BATCH)
    return [BATCH] * full + [rest] * bool(rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binary", type=Path, default=Path("target/release/translate"))
    parser.add_argument("--precision", default="q8")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds-only", action="store_true")
    options = parser.parse_args()

    print("| sentences (40 tokens each) | seconds | seconds a sentence |\n|---|---|---|")
    for sentences in SENTENCES:
        seconds = sum(line["seconds"] for line in bench(options, batches(sentences), 40, 40))
        print(f"| {sentences} | {seconds:.3f} | {seconds / sentences:.4f} |", flush=True)

    print("\n| tokens of source and target (8 sentences) | seconds | milliseconds a token |\n|---|---|---|")
    for length in LENGTHS:
        seconds = bench(options, [8], length, length)[0]["seconds"]
        print(f"| {length} | {seconds:.3f} | {1000 * seconds / (8 * length):.2f} |", flush=True)

    if not options.seconds_only:
        print("\n| sentences decoded | peak memory, MiB |\n|---|---|")
        done = 0
        # Every case runs twice, warm-up and run, and both are sentences decoded.
        for line in bench(options, batches(MANY // 2), 40, 40):
            before, done = done, done + 2 * line["batch"]
            if before == 0 or before // 1000 < done // 1000:
                print(f"| {done} | {line['peak_rss_mb']} |")


if __name__ == "__main__":
    main()
