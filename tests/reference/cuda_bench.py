"""How fast a CUDA device translates: this program, transformers and CTranslate2 on one model of NLLB-600M's shape with
random weights, 40 source tokens and exactly 40 target tokens a sentence, all in f16.

    python cuda_bench.py WORK TRANSLATE [--cases 1x1,1x4,32x4,256x4,1024x1] [--engines ...]

WORK gets the model (1.2 GB, made once); TRANSLATE is the program built with CUDA. Each case of each engine is a process of
its own, so that its memory is its own. One JSON line each: tokens per second (the fastest of three runs after one to warm
up), the most memory in use on the device, and how busy the device was on average in the measured runs, both as nvidia-smi
shows them ten times a second. Speed does not depend on the weights' values once the length is fixed. At the end a table of
all, with the speed over transformers' and over CTranslate2's; WORK/figures.jsonl keeps the lines.

Needs torch, transformers and, for its own cases, ctranslate2. `--device cpu --shape tiny` tries the script where there is
no device; its figures then mean nothing.
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

SOURCE = TARGET = 40
RUNS = 3
KAZAKH, ENGLISH, START, END = 256089, 256047, 2, 2
CASES = "1x1,1x4,32x4,256x4,1024x1"
ENGINES = ["audarma-latin", "audarma-full", "transformers", "ctranslate2"]
SHAPES = {
    "nllb-600m": dict(vocab_size=256206, d_model=1024, layers=12, ffn=4096, heads=16),
    "tiny": dict(vocab_size=256206, d_model=32, layers=1, ffn=64, heads=2),
}


def make_model(folder: Path, shape: dict) -> None:
    if (folder / "model.safetensors").exists():
        return
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    torch.manual_seed(0)
    both = lambda name, value: {f"encoder_{name}": value, f"decoder_{name}": value}
    config = M2M100Config(
        vocab_size=shape["vocab_size"],
        d_model=shape["d_model"],
        **both("layers", shape["layers"]),
        **both("ffn_dim", shape["ffn"]),
        **both("attention_heads", shape["heads"]),
        max_position_embeddings=1024,
        scale_embedding=True,
        activation_function="relu",
        decoder_start_token_id=START,
        init_std=0.02,
    )
    M2M100ForConditionalGeneration(config).half().save_pretrained(folder)


class Watch:
    """The device's memory and load while something runs, by nvidia-smi; nothing where there is none."""

    def __enter__(self):
        self.lines = []
        query = "--query-gpu=memory.used,utilization.gpu"
        try:
            self.process = subprocess.Popen(
                ["nvidia-smi", query, "--format=csv,noheader,nounits", "-lms", "100", "--id=0"],
                stdout=subprocess.PIPE,
                text=True,
            )
        except OSError:
            self.process = None
            return self
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.time(), *map(float, line.split(","))))

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()

    def memory(self):
        return max((memory for _, memory, _ in self.lines), default=None)

    def busy(self, seconds: float):
        """Over the last `seconds`: those of the measured runs."""
        last = [busy for when, _, busy in self.lines if when > time.time() - seconds]
        return round(sum(last) / len(last)) if last else None


def sources(batch: int) -> list[list[int]]:
    random.seed(1)
    return [[KAZAKH, *(random.randrange(4, 200000) for _ in range(SOURCE - 2)), END] for _ in range(batch)]


def fastest(work) -> float:
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def run_transformers(folder: Path, batch: int, beams: int, device: str) -> float:
    import torch
    from transformers import M2M100ForConditionalGeneration

    dtype = torch.float16 if device == "cuda" else torch.float32
    model = M2M100ForConditionalGeneration.from_pretrained(folder, dtype=dtype).to(device).eval()
    ids = torch.tensor(sources(batch), device=device)

    def work():
        with torch.inference_mode():
            model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                num_beams=beams,
                max_new_tokens=TARGET,
                min_new_tokens=TARGET,
                forced_bos_token_id=ENGLISH,
                do_sample=False,
            ).cpu()

    return fastest(work)


def converted(folder: Path) -> Path:
    """The model as CTranslate2 reads it. Its converter asks a tokenizer for the vocabulary; this one names tokens by
    their numbers."""
    out = folder.parent / f"{folder.name}-ctranslate2"
    if (out / "model.bin").exists():
        return out
    from ctranslate2.converters import transformers as converters
    from transformers import M2M100ForConditionalGeneration

    class Tokenizer:
        named = {0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>"}
        bos_token, pad_token, eos_token, unk_token = named.values()
        unk_token_id, num_madeup_words, special_tokens_map = 3, 0, {}

        def convert_ids_to_tokens(self, i):
            return self.named.get(i, f"t{i}")

        def get_vocab(self):
            return {self.convert_ids_to_tokens(i): i for i in range(256206)}

    class Converter(converters.TransformersConverter):
        def _load(self):
            model = M2M100ForConditionalGeneration.from_pretrained(folder)
            return converters._MODEL_LOADERS["M2M100Config"](model, Tokenizer())

    Converter(str(folder)).convert(str(out), quantization="float16", force=True)
    return out


def run_ctranslate2(folder: Path, batch: int, beams: int, device: str) -> float:
    import ctranslate2

    kind = "float16" if device == "cuda" else "float32"
    translator = ctranslate2.Translator(str(converted(folder)), device=device, compute_type=kind)
    name = lambda i: {END: "</s>"}.get(i, f"t{i}")
    tokens = [[name(i) for i in source] for source in sources(batch)]
    return fastest(
        lambda: translator.translate_batch(
            tokens,
            target_prefix=[[name(ENGLISH)]] * batch,
            beam_size=beams,
            max_decoding_length=TARGET,
            min_decoding_length=TARGET,
        )
    )


def run_audarma(program: str, folder: Path, batch: int, beams: int, vocabulary: str, device: str) -> float:
    precision = "f16" if device == "cuda" else "f32"
    arguments = ["bench", "--offline", "--model", str(folder.resolve()), "--device", device, "--precision", precision]
    lengths = ["--source-tokens", str(SOURCE), "--target-tokens", str(TARGET), "--runs", str(RUNS)]
    case = ["--cases", f"{batch}x{beams}", "--vocabulary", vocabulary]
    out = subprocess.run([program, *arguments, *lengths, *case], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)["seconds"]


def table(lines: list[dict]) -> str:
    """Tokens per second, a row a case and a column an engine; the first engine's over those of the others."""
    cases = list(dict.fromkeys((line["batch"], line["beam"]) for line in lines))
    engines = list(dict.fromkeys(line["engine"] for line in lines))
    speed = {(line["batch"], line["beam"], line["engine"]): line.get("tokens_per_second") for line in lines}
    others = [engine for engine in engines if not engine.startswith("audarma")]
    heads = ["sentences x beams", *engines, *(f"{engines[0]} / {other}" for other in others)]
    rows = [heads, ["---"] * len(heads)]
    for case in cases:
        figures = [speed.get((*case, engine)) for engine in engines]
        ours = figures[0]
        ratio = lambda theirs: f"{ours / theirs:.2f}" if ours and theirs else "-"
        ratios = [ratio(speed.get((*case, other))) for other in others]
        rows.append(["{} x {}".format(*case), *(str(figure or "failed") for figure in figures), *ratios])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def one(options, engine: str, batch: int, beams: int) -> float:
    folder = options.work / options.shape
    match engine.split("-"):
        case ["audarma", vocabulary]:
            return run_audarma(options.translate, folder, batch, beams, vocabulary, options.device)
        case ["transformers"]:
            return run_transformers(folder, batch, beams, options.device)
        case ["ctranslate2"]:
            return run_ctranslate2(folder, batch, beams, options.device)
        case _:
            sys.exit(f"{engine} is none of {ENGINES}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("translate")
    parser.add_argument("--cases", default=CASES)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shape", default="nllb-600m", choices=SHAPES)
    parser.add_argument("--one", help="ENGINE,SENTENCES,BEAMS: this case in this process")
    options = parser.parse_args()
    if options.one:
        engine, batch, beams = options.one.split(",")
        print(json.dumps(one(options, engine, int(batch), int(beams))))
        return
    make_model(options.work / options.shape, SHAPES[options.shape])
    engines = options.engines.split(",")
    if "ctranslate2" in engines:
        converted(options.work / options.shape)
    lines = []
    for case in options.cases.split(","):
        batch, beams = map(int, case.split("x"))
        for engine in engines:
            with Watch() as watch:
                command = [sys.executable, __file__, *sys.argv[1:], "--one", f"{engine},{batch},{beams}"]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 0:
                    last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                    lines.append({"engine": engine, "batch": batch, "beam": beams, "failed": last})
                    print(json.dumps(lines[-1]), flush=True)
                    continue
                seconds = json.loads(done.stdout.splitlines()[-1])
                line = {
                    "engine": engine,
                    "batch": batch,
                    "beam": beams,
                    "seconds": round(seconds, 4),
                    "tokens_per_second": round(batch * TARGET / seconds, 1),
                    "peak_device_mb": watch.memory(),
                    "device_busy_percent": watch.busy(RUNS * seconds),
                }
            lines.append(line)
            print(json.dumps(line), flush=True)
    (options.work / "figures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(table(lines))


if __name__ == "__main__":
    main()
