"""Tokens per second of this program, CTranslate2 and transformers on one folder of NLLB-600M's shape, or
bart-large-cnn's, with random weights, measured in turns on one machine, as a Markdown table of medians and ratios.

    cargo build --release
    python peers.py DIR --work WORK [--binary target/release/translate] [--rounds 3] [--threads 2]
        [--engines audarma-q8-latin audarma-q8-full ct2-int8 hf-f32 hf-bf16]
    python peers.py DIR --work WORK --isa avx2
    python peers.py DIR --work WORK --task summary [--engines audarma-q8-full ct2-int8 hf-f32]

DIR holds config.json and weights; one that is empty or not there is written first (2.5 GB, for summaries 1.6). WORK
keeps CTranslate2's conversion (another 0.6 GB) between runs. DIR may also be a folder of CTranslate2's own, such as
full_size.py writes: then `ct2-int8` computes with that very file. Needs requirements.txt and, for its engine, the
`ctranslate2` package.

With --isa avx2 neither this program nor the others and their libraries use newer instructions.

A round runs every engine once, each in a process of its own, so that none has another's memory and a machine that
slows down slows all. Sentences have 40 tokens, their targets exactly 40; texts to summarise have 600, their summaries
100, with the beams and the rule on n-grams of bart-large-cnn. Of a case's runs after a warm-up the fastest counts.
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
from dataclasses import dataclass
from pathlib import Path

KAZAKH, ENGLISH, START, END = 256089, 256047, 0, 2
RUNS = 3
OURS = "audarma-"


@dataclass
class Task:
    """What is measured: sources and targets of a length in tokens, in cases of (sources, beams)."""

    source: int
    target: int
    cases: list[tuple[int, int]]
    # transformers takes minutes for each of the others.
    few_cases: list[tuple[int, int]]
    # The first token of a source, and ids of words.
    first: int
    words: tuple[int, int]
    # How many tokens in a row occur once, and what long hypotheses gain; of bart-large-cnn.
    ngram: int
    length_penalty: float

    def sources(self, count: int) -> list[list[int]]:
        numbers = random.Random(count)
        words = self.source - 2
        return [
            [self.first, *(numbers.randrange(*self.words) for _ in range(words)), END] for _ in range(count)
        ]


SENTENCES = [(1, 1), (1, 4), (8, 1), (8, 4), (32, 1), (16, 4)]
TASKS = {
    "translate": Task(40, 40, SENTENCES, SENTENCES[:3], KAZAKH, (4, 200_000), 0, 1.0),
    "summary": Task(600, 100, [(1, 4), (4, 4)], [(1, 4)], START, (4, 50_000), 3, 2.0),
}


def fastest(work) -> float:
    work()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def say(engine: str, task: Task, batch: int, beam: int, seconds: float) -> None:
    line = {
        "engine": engine,
        "batch": batch,
        "beam": beam,
        "source": task.source,
        "target": task.target,
        "seconds": round(seconds, 4),
        "tokens_per_second": round(batch * task.target / seconds, 1),
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


def ctranslate2_engine(engine: str, task: Task, folder: Path, work: Path, threads: int) -> None:
    import ctranslate2

    converted = folder if is_converted(folder) else work / engine
    pieces = json.loads((converted / "shared_vocabulary.json").read_text())
    model = ctranslate2.Translator(
        str(converted), device="cpu", intra_threads=threads, inter_threads=1
    )
    # MADLAD's target language is in the source; BART has none.
    prefix = [] if "<2en>" in pieces or len(pieces) <= ENGLISH else [pieces[ENGLISH]]
    for batch, beam in task.cases:
        texts = [[pieces[min(token, len(pieces) - 1)] for token in ids] for ids in task.sources(batch)]

        def translate() -> None:
            results = model.translate_batch(
                texts,
                target_prefix=[prefix] * batch,
                beam_size=beam,
                length_penalty=task.length_penalty,
                no_repeat_ngram_size=task.ngram,
                min_decoding_length=task.target,
                max_decoding_length=task.target,
            )
            # The prefix is one of the tokens where the versions count it, one more where they do not.
            assert all(len(r.hypotheses[0]) - task.target in (0, 1) for r in results)

        say(engine, task, batch, beam, fastest(translate))


def convert(engine: str, folder: Path, work: Path) -> None:
    """Writes CTranslate2's form of the folder, once; its converter asks the tokenizer for pieces, of which a folder
    without one has none, so that made-up pieces stand in."""
    if is_converted(folder) or is_converted(work / engine):
        return
    from ctranslate2.converters import transformers as converters
    from transformers import AutoModelForSeq2SeqLM

    network = AutoModelForSeq2SeqLM.from_pretrained(folder)
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
            return converters._MODEL_LOADERS[type(network.config).__name__](network, Pieces())

    Converter(str(folder)).convert(str(work / engine), quantization=engine.removeprefix("ct2-"))


def is_converted(folder: Path) -> bool:
    return (folder / "model.bin").exists()


def piece(token: int) -> str:
    return {0: "<s>", 1: "<pad>", END: "</s>", 3: "<unk>"}.get(token, f"piece{token}")


def transformers_engine(engine: str, task: Task, folder: Path, threads: int) -> None:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    torch.set_num_threads(threads)
    dtype = {"hf-f32": torch.float32, "hf-bf16": torch.bfloat16}[engine]
    network = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=dtype).eval()
    english = ENGLISH if network.config.vocab_size > ENGLISH else None
    for batch, beam in task.few_cases:
        ids = torch.tensor(task.sources(batch))

        def translate() -> None:
            with torch.inference_mode():
                network.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    num_beams=beam,
                    min_new_tokens=task.target,
                    max_new_tokens=task.target,
                    forced_bos_token_id=english,
                    forced_eos_token_id=None,
                    no_repeat_ngram_size=task.ngram,
                    length_penalty=task.length_penalty,
                    do_sample=False,
                )

        say(engine, task, batch, beam, fastest(translate))


def command(engine: str, options: argparse.Namespace) -> list[str]:
    if not engine.startswith(OURS):
        own = [sys.executable, __file__, str(options.folder), "--work", str(options.work)]
        return [*own, "--threads", str(options.threads), "--task", options.task, "--only", engine]
    task = TASKS[options.task]
    precision, vocabulary = engine.removeprefix(OURS).split("-")
    return [
        str(options.binary),
        "bench",
        f"--model={options.folder}",
        f"--task={options.task}",
        f"--precision={precision}",
        f"--vocabulary={vocabulary}",
        f"--latin-share={options.latin_share}",
        f"--threads={options.threads}",
        "--cases=" + ",".join(f"{batch}x{beam}" for batch, beam in task.cases),
        f"--source-tokens={task.source}",
        f"--target-tokens={task.target}",
        f"--runs={RUNS}",
        "--quiet",
        *([f"--instructions={options.isa}"] if options.isa else []),
    ]


def environment(options: argparse.Namespace) -> dict[str, str]:
    """This process's, and what keeps CTranslate2, oneDNN, MKL and PyTorch from newer instructions than AVX2."""
    names = ("CT2_FORCE_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS")
    held = {**dict.fromkeys(names, "AVX2"), "ATEN_CPU_CAPABILITY": "avx2"}
    return {**os.environ, **(held if options.isa else {})}


def measure(options: argparse.Namespace) -> dict:
    """Rates and peaks by engine and case, one a round."""
    found: dict = {}
    for round_ in range(options.rounds):
        for engine in options.engines:
            done = subprocess.run(
                command(engine, options), stdout=subprocess.PIPE, text=True, check=True, env=environment(options)
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
    rows = [["sources x beams", *columns], ["---"] * (len(columns) + 1)]
    for case in TASKS[options.task].cases:
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


def write(folder: Path, task: str) -> None:
    """A network of the task's shape with random weights."""
    if task == "translate":
        from full_shape import model

        model().save_pretrained(folder)
    else:
        from transformers import BartConfig, BartForConditionalGeneration

        # BartConfig's defaults are bart-large's shape. CTranslate2 asks for what the hub's config.json has besides.
        rules = dict(num_beams=4, no_repeat_ngram_size=3, length_penalty=2.0, early_stopping=True)
        hub = dict(normalize_before=False, normalize_embedding=True, add_final_layer_norm=False)
        network = BartForConditionalGeneration(BartConfig(**hub))
        network.generation_config.update(**rules)
        network.save_pretrained(folder)


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
        help="audarma-PRECISION-VOCABULARY, ct2-QUANTIZATION, hf-f32 or hf-bf16; for sentences all of them",
    )
    parser.add_argument("--isa", choices=["avx2"])
    parser.add_argument("--task", choices=TASKS, default="translate")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--convert", help=argparse.SUPPRESS)
    options = parser.parse_args()
    task = TASKS[options.task]
    if not options.engines:
        ours = ["audarma-q8-latin", "audarma-q8-full"] if options.task == "translate" else ["audarma-q8-full"]
        options.engines = [*ours, "ct2-int8", "hf-f32", "hf-bf16"]

    if options.convert:
        convert(options.convert, options.folder, options.work)
    elif options.only and options.only.startswith("ct2-"):
        ctranslate2_engine(options.only, task, options.folder, options.work, options.threads)
    elif options.only:
        transformers_engine(options.only, task, options.folder, options.threads)
    else:
        if not is_converted(options.folder) and not (options.folder / "config.json").exists():
            write(options.folder, options.task)
        options.work.mkdir(parents=True, exist_ok=True)
        for engine in options.engines:
            if engine.startswith("ct2-"):
                # In a process of its own: what converting takes is no part of what translating takes.
                place = [str(options.folder), "--work", str(options.work)]
                subprocess.run([sys.executable, __file__, *place, "--convert", engine], check=True)
        print(table(measure(options), options))


if __name__ == "__main__":
    main()
