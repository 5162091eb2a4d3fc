"""Tokens per second of this program, CTranslate2 and transformers on one folder of NLLB-600M's shape with random
weights, measured in turns on one machine, as a Markdown table of medians and ratios.

    cargo build --release
    python peers.py DIR --work WORK [--binary target/release/translate] [--rounds 3] [--threads 2]
        [--engines audarma-q8-latin audarma-q8-full ct2-int8 hf-f32 hf-bf16]

DIR holds config.json and weights; one that is empty or not there is written first (2.5 GB). WORK keeps CTranslate2's
conversion (another 0.6 GB) between runs. DIR may also be a folder of CTranslate2's own, such as full_size.py writes:
then `ct2-int8` computes with that very file. Needs requirements.txt and, for its engine, the `ctranslate2` package.

A round runs every engine once, each in a process of its own, so that none has another's memory and a machine that
slows down slows all. Sources of 40 tokens, targets of exactly 40; of a case's runs after a warm-up the fastest counts.
The raw lines go to standard error.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

SOURCE, TARGET = 40, 40
CASES = [(1, 1), (1, 4), (8, 1), (8, 4), (32, 1), (16, 4)]
# transformers takes minutes for each of the others.
FEW_CASES = CASES[:3]
KAZAKH, ENGLISH, END = 256089, 256047, 2
WORDS = (4, 200_000)
RUNS = 3
OURS = "audarma-"


def sources(sentences: int) -> list[list[int]]:
    numbers = random.Random(sentences)
    return [
        [KAZAKH, *(numbers.randrange(*WORDS) for _ in range(SOURCE - 2)), END] for _ in range(sentences)
    ]


def fastest(work) -> float:
    work()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def say(engine: str, batch: int, beam: int, seconds: float) -> None:
    line = {
        "engine": engine,
        "batch": batch,
        "beam": beam,
        "source": SOURCE,
        "target": TARGET,
        "seconds": round(seconds, 4),
        "tokens_per_second": round(batch * TARGET / seconds, 1),
        "peak_rss_mb": peak_mebibytes(),
    }
    print(json.dumps(line), flush=True)


def peak_mebibytes() -> int:
    """This process's own peak: getrusage hands down that of the process that started it."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // scale


def ctranslate2_engine(engine: str, folder: Path, work: Path, threads: int) -> None:
    import ctranslate2

    converted = folder if is_converted(folder) else work / engine
    pieces = json.loads((converted / "shared_vocabulary.json").read_text())
    model = ctranslate2.Translator(
        str(converted), device="cpu", intra_threads=threads, inter_threads=1
    )
    # MADLAD's target language is in the source.
    prefix = [] if "<2en>" in pieces else [pieces[ENGLISH]]
    for batch, beam in CASES:
        texts = [[pieces[min(token, len(pieces) - 1)] for token in ids] for ids in sources(batch)]

        def translate() -> None:
            results = model.translate_batch(
                texts,
                target_prefix=[prefix] * batch,
                beam_size=beam,
                min_decoding_length=TARGET,
                max_decoding_length=TARGET,
            )
            # The prefix is one of the tokens where the versions count it, one more where they do not.
            assert all(len(r.hypotheses[0]) - TARGET in (0, 1) for r in results)

        say(engine, batch, beam, fastest(translate))


def convert(engine: str, folder: Path, work: Path) -> None:
    """Writes CTranslate2's form of the folder, once; its converter asks the tokenizer for pieces, of which a folder
    without one has none, so that made-up pieces stand in."""
    if is_converted(folder) or is_converted(work / engine):
        return
    from ctranslate2.converters import transformers as converters
    from transformers import M2M100ForConditionalGeneration

    network = M2M100ForConditionalGeneration.from_pretrained(folder)
    size = network.config.vocab_size

    class Pieces:
        unk_token, bos_token, eos_token, pad_token = piece(3), piece(0), piece(END), piece(1)
        unk_token_id, num_madeup_words, special_tokens_map = 3, 0, {}

        def convert_ids_to_tokens(self, token: int) -> str:
            return piece(token)

        def get_vocab(self) -> dict[str, int]:
            return {piece(token): token for token in range(size)}

    class Converter(converters.TransformersConverter):
        def _load(self):
            return converters._MODEL_LOADERS["M2M100Config"](network, Pieces())

    Converter(str(folder)).convert(str(work / engine), quantization=engine.removeprefix("ct2-"))


def is_converted(folder: Path) -> bool:
    return (folder / "model.bin").exists()


def piece(token: int) -> str:
    return {0: "<s>", 1: "<pad>", END: "</s>", 3: "<unk>"}.get(token, f"piece{token}")


def transformers_engine(engine: str, folder: Path, threads: int) -> None:
    import torch
    from transformers import M2M100ForConditionalGeneration

    torch.set_num_threads(threads)
    dtype = {"hf-f32": torch.float32, "hf-bf16": torch.bfloat16}[engine]
    network = M2M100ForConditionalGeneration.from_pretrained(folder, dtype=dtype).eval()
    for batch, beam in FEW_CASES:
        ids = torch.tensor(sources(batch))

        def translate() -> None:
            with torch.inference_mode():
                network.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    num_beams=beam,
                    min_new_tokens=TARGET,
                    max_new_tokens=TARGET,
                    forced_bos_token_id=ENGLISH,
                    do_sample=False,
                )

        say(engine, batch, beam, fastest(translate))


def command(engine: str, options: argparse.Namespace) -> list[str]:
    if not engine.startswith(OURS):
        own = [sys.executable, __file__, str(options.folder), "--work", str(options.work)]
        return [*own, "--threads", str(options.threads), "--only", engine]
    precision, vocabulary = engine.removeprefix(OURS).split("-")
    return [
        str(options.binary),
        "bench",
        f"--model={options.folder}",
        f"--precision={precision}",
        f"--vocabulary={vocabulary}",
        f"--latin-share={options.latin_share}",
        f"--threads={options.threads}",
        "--cases=" + ",".join(f"{batch}x{beam}" for batch, beam in CASES),
        f"--source-tokens={SOURCE}",
        f"--target-tokens={TARGET}",
        f"--runs={RUNS}",
        "--quiet",
    ]


def measure(options: argparse.Namespace) -> dict:
    """Rates and peaks by engine and case, one a round."""
    found: dict = {}
    for round_ in range(options.rounds):
        for engine in options.engines:
            done = subprocess.run(
                command(engine, options), stdout=subprocess.PIPE, text=True, check=True
            )
            for text in done.stdout.splitlines():
                line = json.loads(text)
                print(json.dumps({"round": round_ + 1, "as": engine, **line}), file=sys.stderr)
                key = (engine, (line["batch"], line["beam"]))
                found.setdefault(key, []).append((line["tokens_per_second"], line["peak_rss_mb"]))
    return found


def table(found: dict, options: argparse.Namespace) -> str:
    def median(engine: str, case: tuple, place: int) -> float | None:
        values = [value[place] for value in found.get((engine, case), [])]
        return statistics.median(values) if values else None

    peers = [engine for engine in options.engines if not engine.startswith(OURS)]
    ours = [engine for engine in options.engines if engine.startswith(OURS)]
    columns = [f"{engine} (tok/s, MiB)" for engine in options.engines]
    columns += [f"{engine} / {peer}" for engine in ours for peer in peers]
    rows = [["sentences x beams", *columns], ["---"] * (len(columns) + 1)]
    for case in CASES:
        row = [f"{case[0]}x{case[1]}"]
        for engine in options.engines:
            rate, peak = median(engine, case, 0), median(engine, case, 1)
            row.append("" if rate is None else f"{rate:.1f}, {peak:.0f}")
        for engine in ours:
            for peer in peers:
                own, other = median(engine, case, 0), median(peer, case, 0)
                row.append("" if own is None or other is None else f"{own / other:.2f}")
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--binary", type=Path, default=Path("target/release/translate"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--latin-share", type=float, default=0.55)
    parser.add_argument(
        "--engines",
        nargs="+",
        default=["audarma-q8-latin", "audarma-q8-full", "ct2-int8", "hf-f32", "hf-bf16"],
        help="audarma-PRECISION-VOCABULARY, ct2-QUANTIZATION, hf-f32 or hf-bf16",
    )
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--convert", help=argparse.SUPPRESS)
    options = parser.parse_args()

    if options.convert:
        convert(options.convert, options.folder, options.work)
    elif options.only and options.only.startswith("ct2-"):
        ctranslate2_engine(options.only, options.folder, options.work, options.threads)
    elif options.only:
        transformers_engine(options.only, options.folder, options.threads)
    else:
        if not is_converted(options.folder) and not (options.folder / "config.json").exists():
            from full_shape import model

            model().save_pretrained(options.folder)
        options.work.mkdir(parents=True, exist_ok=True)
        for engine in options.engines:
            if engine.startswith("ct2-"):
                # In a process of its own: what converting takes is no part of what translating takes.
                place = [str(options.folder), "--work", str(options.work)]
                subprocess.run([sys.executable, __file__, *place, "--convert", engine], check=True)
        print(table(measure(options), options))


if __name__ == "__main__":
    main()
