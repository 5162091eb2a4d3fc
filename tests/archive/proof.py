"""Holds a run over a made archive against what it promises.

    python3 tests/archive/proof.py target/release/translate [--articles 2000] [--kills 50] [--faults 40]

- every good article has its result, every sentence of it in order, equal sentences translated alike;
  every bad one is named in errors.jsonl, and nothing else is;
- killed (SIGKILL) at random moments, each seen to lie in the middle of a run, and resumed each time, it
  leaves the bytes an undisturbed run leaves, into a folder, one .jsonl, one .parquet, and one file of
  each other format that holds many;
- the same where a write, sync or rename fails, once or from then on, and where a small tmpfs is full
  (needs root; where one cannot be mounted this is said); what then stands in report.html and
  errors.jsonl is whole, and tells what the journal has.

The journal is not compared: it says how long runs took. Needs Python 3.11, cc, and Linux.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import Corpus

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"


class Runner:
    def __init__(self, binary, work):
        self.binary, self.work = Path(binary).resolve(), work
        # No word of the memorised model is of use here: short outputs, quickly.
        self.options = ["--offline", "--model", str(FIXTURES / "memorised-nllb"), "-s", "extractive",
                        "--beam", "1", "--retries", "0", "--max-output-tokens", "6", "-q"]

    def start(self, out, *more, input="archive", **environment):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.work / "home"), **environment}
        command = [self.binary, *self.options, input, "-o", out, *more]
        return subprocess.Popen(command, cwd=self.work, env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    def run(self, out, *more, expect=1, **environment):
        process = self.start(out, *more, **environment)
        said = process.communicate()[1].decode()
        assert process.returncode == expect, f"{process.returncode}, not {expect}: {said[-2000:]}"
        return said


def contents(work, out):
    """What a run left, without its journal."""
    whole = work / out
    if whole.is_dir():
        return {str(path.relative_to(whole)): path.read_bytes()
                for path in sorted(whole.rglob("*")) if path.is_file() and path.name != "journal.jsonl"}
    kept = [path for path in work.glob(f"{out}*") if not path.name.endswith((".journal", ".part"))]
    return {path.name: path.read_bytes() for path in sorted(kept)}


def same(left, right):
    assert left.keys() == right.keys(), sorted(left.keys() ^ right.keys())[:5]
    for name in left:
        assert left[name] == right[name], f"{name} differs"


def clear(work, out):
    for path in work.glob(f"{out}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def letters(text):
    return "".join(letter for letter in text if letter.isalnum())


def check(work, out, corpus):
    """All good ones right, all bad ones named."""
    failed = [json.loads(line)["id"] for line in (work / out / "errors.jsonl").open()]
    assert sorted(failed) == sorted(corpus.bad), sorted(set(failed) ^ set(corpus.bad))
    results = [path for path in (work / out).rglob("*.json") if path.is_file()]
    said = {}
    found = set()
    for path in results:
        document = json.loads(path.read_text())
        article = corpus.good[document["id"]]
        found.add(document["id"])
        assert document["title"]["source"] == article.title, path
        day, month, year = article.date.split(".")
        date = document["metadata"].get("date")
        assert date == f"{year}-{month}-{day}" or document["id"].endswith(".md"), (path, date)
        sentences = [s for paragraph in document["paragraphs"] for s in paragraph["sentences"]]
        source = "".join(sentence["source"] for sentence in sentences)
        assert letters(source) == letters("".join(article.sentences)), path
        for sentence in sentences:
            before = said.setdefault(sentence["source"], sentence)
            assert sentence == before, (path, sentence, before)
    assert len(results) == len(corpus.good) and found == corpus.good.keys()
    assert listed(work / out) == len(corpus.good)
    print(f"{len(results)} right, {len(failed)} named, {len(said)} different sentences")


def listed(out):
    """How many articles the pages over all of them have; their data has as many."""
    pages = [out / "report.html", *(out / "report-index").glob("*.html")]
    count = sum(page.read_text().count("<article") for page in pages)
    data = [path for path in (out / "report-index").glob("*.js") if path.name != "parts.js"]
    assert sum(len(json.loads(path.read_text().split(",", 1)[1][:-3])) for path in data) == count, out
    return count


def journal_of(work, out):
    return work / out / "journal.jsonl" if (work / out).is_dir() else work / f"{out}.journal"


def committed(work, out):
    """How many articles the journal has as done and as failed, and how many commits."""
    entries, pending, commits = {}, [], 0
    for line in journal_of(work, out).read_bytes().split(b"\n")[:-1]:
        entry = json.loads(line)
        if "commit" in entry:
            entries.update(pending)
            pending, commits = [], commits + 1
        elif "id" in entry:
            pending.append(((entry["id"], entry.get("key")), "done" in entry))
    done = sum(entries.values())
    return done, len(entries) - done, commits


def stamp(path):
    """Tells a file from one that takes its place."""
    return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None


def check_lists(work, out, before=None):
    """What tells of a run that ended early is whole, and where it is of that run, true; says if it is.
    `before` is the page's stamp before the run: a full disk may have kept an earlier run's."""
    # A run that ends by itself leaves no temporary file; one that is killed does.
    left = [path.name for path in work.rglob(".*.audarma-new")]
    assert not left, left
    errors = work / out / "errors.jsonl" if (work / out).is_dir() else work / f"{out}.errors.jsonl"
    lines = errors.read_text().splitlines(keepends=True) if errors.exists() else []
    assert all(line.endswith("}\n") and json.loads(line)["error"] for line in lines)
    page = work / out / "report.html"
    if not page.exists() or stamp(page) == before:
        return False
    page = page.read_text()
    assert page.endswith("</html>\n"), page[-100:]
    if "not finished" not in page:
        return False
    told, (done, failed, _) = (listed(work / out), len(lines)), committed(work, out)
    assert told == (done, failed), (told, done, failed)
    return True


def kill_and_resume(runner, out, format, whole, seconds, kills, rng):
    """Kills runs until `kills` kills were in the middle of one; compares at each end."""
    work = runner.work
    landed = ends = missed = 0
    windows = set()
    while landed < kills:
        process = runner.start(out, *format)
        time.sleep(rng.uniform(0.05, seconds))
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        in_the_middle = alive and process.returncode == -signal.SIGKILL
        in_the_middle = in_the_middle and journal_of(work, out).is_file()
        if in_the_middle:
            landed += 1
            windows.add(committed(work, out)[2])
        elif not alive:
            same(contents(work, out), whole)
            ends += 1
            clear(work, out)
        else:
            missed += 1
    runner.run(out, *format)
    same(contents(work, out), whole)
    print(f"{out}: {landed} kills in the middle of runs ({missed} before one began), with {min(windows)} to "
          f"{max(windows)} windows committed; {ends + 1} runs came to their end, each equal to the byte")
    clear(work, out)


def fail_and_resume(runner, out, format, whole, faults, rng):
    library = runner.work / "failing.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "failing.c", "-ldl"], check=True)
    injected = dict(LD_PRELOAD=str(library), FAIL_BELOW=str(runner.work / out))
    hit = told = 0
    for number in range(faults):
        at = number + 1 if number < faults // 2 else int(10 ** rng.uniform(1, 4))
        once = {"FAIL_TIMES": "1"} if number % 2 else {}
        page = stamp(runner.work / out / "report.html")
        process = runner.start(out, *format, FAIL_AT=str(at), **once, **injected)
        said = process.communicate()[1].decode()
        if process.returncode == 75:
            hit += 1
            told += check_lists(runner.work, out, page)
        else:
            assert process.returncode == 1, (at, process.returncode, said[-2000:])
        assert "panicked" not in said, said
        if number % 3 == 2:
            runner.run(out, *format)
            same(contents(runner.work, out), whole)
            clear(runner.work, out)
    print(f"{out}: {hit} of {faults} runs were ended by a failing call, and {told} then told what was done; "
          "resumed, all equal to the byte")


def fill_and_resume(runner, whole):
    place = runner.work / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        print(f"no tmpfs could be mounted, so no disk was filled: {mounted.stderr.decode().strip()}")
        return
    try:
        # A file takes whole pages there.
        needed = sum(4096 + len(content) // 4096 * 4096 for content in whole.values())
        for part in (0.3, 0.6, 0.9):
            size = int(needed * part)
            subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)
            page = stamp(place / "out/report.html")
            said = runner.run("small/out", "-f", "json", expect=75)
            torn = [path for path in (place / "out").rglob("*.json") if not path.read_bytes().endswith(b"}\n")]
            assert not torn, torn
            check_lists(place, "out", page)
            print(f"a tmpfs of {size} bytes full: {said.strip().splitlines()[-1]}")
        subprocess.run(["mount", "-o", "remount,size=200m", place], check=True)
        runner.run("small/out", "-f", "json")
        same(contents(place, "out"), whole)
        print("with room again, equal to the byte")
    finally:
        subprocess.run(["umount", place], check=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--faults", type=int, default=40)
    options.add_argument("--seed", type=int, default=7)
    asked = options.parse_args()
    rng = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        corpus = Corpus(work / "archive", asked.articles)
        runner = Runner(asked.binary, work)
        for out, format, kills in [("out", ["-f", "json"], asked.kills),
                                   ("all.jsonl", [], asked.kills // 5),
                                   ("all.parquet", [], asked.kills // 5),
                                   ("all.sqlite", [], asked.kills // 5),
                                   *((f"all.{ending}", [], asked.kills // 25)
                                     for ending in ["csv", "xlsx", "tmx", "xlf"])]:
            started = time.monotonic()
            runner.run(out, *format)
            seconds = time.monotonic() - started
            whole = contents(work, out)
            print(f"{out}: undisturbed in {seconds:.1f} s")
            if out == "out":
                check(work, out, corpus)
            said = runner.run(out, *format)
            same(contents(work, out), whole)
            clear(work, out)
            kill_and_resume(runner, out, format, whole, seconds, kills, rng)
            fail_and_resume(runner, out, format, whole, asked.faults, rng)
            if out == "out":
                fill_and_resume(runner, whole)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
