"""Holds runs that are killed, damaged and begun with other options against undisturbed ones.

    python3 tests/archive/stale.py target/release/translate [--articles 150] [--kills 200] [--flips 200] [--edits 60]

Into a folder, one .jsonl and one .parquet:

- runs alternate between two sets of options, and each is killed (SIGKILL) at a random moment. A run that
  comes to its end leaves the bytes that an undisturbed run with its options leaves; so do two more at the
  end;
- one bit of the journal is flipped, after a whole run and after a killed one; the next run leaves the
  same bytes. Where a flip is not said, it was in what a killed run had not committed;
- results are removed, cut, made longer and changed within; the next run leaves the same bytes.

And 60 records without ids, some of them equal, in two places: shards of either copy, and three merges of
shards of both, have all 60.

Needs Python 3.11 and Linux.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import Corpus
from proof import Runner, clear, committed, contents, journal_of, same

OPTIONS = [["--max-output-tokens", "6"], ["--max-output-tokens", "9", "--normalize", "off"]]
RECORDS = 60
SHARDS = 3


class Proof:
    def __init__(self, runner, out, format, rng):
        self.runner, self.out, self.format, self.rng = runner, out, format, rng
        self.work = runner.work
        self.whole, self.seconds = [], 0
        for options in OPTIONS:
            started = time.monotonic()
            runner.run(out, *format, *options)
            self.seconds = max(self.seconds, time.monotonic() - started)
            self.whole.append(contents(self.work, out))
            clear(self.work, out)
        assert self.whole[0] != self.whole[1], "the options change nothing"
        print(f"{out}: undisturbed in {self.seconds:.1f} s")

    def finish(self, options):
        """A run that nobody disturbs; returns what it said."""
        said = self.runner.run(self.out, *self.format, *OPTIONS[options])
        same(contents(self.work, self.out), self.whole[options])
        return said

    def killed(self, options):
        """A run that is killed at a random moment; says if it was in the middle of one."""
        process = self.runner.start(self.out, *self.format, *OPTIONS[options])
        time.sleep(self.rng.uniform(0.02, self.seconds))
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[1].decode()
        if not alive:
            # Some articles of the archive are bad.
            assert process.returncode == 1, f"{process.returncode}, not 1: {said[-2000:]}"
            same(contents(self.work, self.out), self.whole[options])
            return False
        return process.returncode == -signal.SIGKILL and journal_of(self.work, self.out).is_file()

    def kills(self, kills):
        landed = ends = runs = 0
        windows = set()
        while landed < kills:
            alive = self.killed(runs % 2)
            ends += not alive
            landed += alive
            runs += 1
            if alive:
                windows.add(committed(self.work, self.out)[2])
        for options in (0, 1):
            self.finish(options)
        print(f"{self.out}: {landed} kills in the middle of runs that alternate their options, with "
              f"{min(windows)} to {max(windows)} windows committed; {ends + 2} runs came to their end, "
              "each equal to the byte")

    def flips(self, flips):
        said = options = 0
        self.finish(options)
        for number in range(flips):
            # Every tenth run has other options than those before it, and is killed.
            if number % 10 == 9:
                options = 1 - options
                self.killed(options)
            journal = journal_of(self.work, self.out)
            content = bytearray(journal.read_bytes()) if journal.exists() else bytearray()
            if content:
                bit = self.rng.randrange(8 * len(content))
                content[bit // 8] ^= 1 << bit % 8
                journal.write_bytes(content)
            said += "damaged or missing" in self.finish(options)
        print(f"{self.out}: {flips} bits of the journal flipped; {said} were said, and all runs after them "
              "equal to the byte")

    def edits(self, edits):
        done = {}
        self.finish(1)
        for number in range(edits):
            path = self.rng.choice(self.results())
            edit = self.rng.choice([self.removed, self.cut, self.longer, self.changed])
            edit(path)
            self.finish(1)
            done[edit.__name__] = done.get(edit.__name__, 0) + 1
        counts = ", ".join(f"{count} {name}" for name, count in sorted(done.items()))
        print(f"{self.out}: results {counts}; all runs after that equal to the byte")

    def results(self):
        whole = self.work / self.out
        if whole.is_dir():
            names = ["report.html", "journal.jsonl", "errors.jsonl"]
            files = (path for path in whole.rglob("*") if path.is_file() and path.name not in names)
            return sorted(path for path in files if path.parent.name != "report-index")
        part = self.work / f"{self.out}.part"
        return [whole] + [part] * part.exists()

    def removed(self, path):
        path.unlink()

    def cut(self, path):
        content = path.read_bytes()
        path.write_bytes(content[: self.rng.randrange(len(content))])

    def longer(self, path):
        with path.open("ab") as file:
            file.write(b"{}\n")

    def changed(self, path):
        content = bytearray(path.read_bytes())
        content[self.rng.randrange(len(content))] ^= 1
        path.write_bytes(content)


def merges(runner):
    work = runner.work
    places = ["here/records.jsonl", "there/is/another.jsonl"]
    sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды."
    lines = [json.dumps({"text": f"{sentence} {number % 40}"}, ensure_ascii=False) for number in range(RECORDS)]
    for place in places:
        (work / place).parent.mkdir(parents=True)
        (work / place).write_text("".join(line + "\n" for line in lines))

    def shard(copy, index):
        out = f"{copy}-{index}.jsonl"
        process = runner.start(out, "--shard", f"{index}/{SHARDS}", input=places[copy])
        said = process.communicate()[1].decode()
        assert process.returncode == 0, said
        return out

    shards = [[shard(copy, index) for index in range(SHARDS)] for copy in range(2)]
    # Either copy's shards, in all ways that take both copies.
    for number, copies in enumerate([(0, 1, 0), (1, 0, 1), (0, 0, 1)]):
        parts = [shards[copy][index] for index, copy in enumerate(copies)]
        merged = subprocess.run([runner.binary, "merge", *parts, "-o", f"merged-{number}.jsonl"], cwd=work,
                                capture_output=True, text=True)
        assert merged.returncode == 0, merged.stderr
        assert f"{RECORDS} records read, {RECORDS} here" in merged.stderr, merged.stderr
        documents = [json.loads(line) for line in (work / f"merged-{number}.jsonl").open()]
        places_seen = {document["id"].rpartition(":")[2] for document in documents}
        assert len(documents) == len(places_seen) == RECORDS, len(documents)
        print(f"merge of shards of {'both' if len(set(copies)) > 1 else 'one'} of two copies: "
              f"{len(documents)} of {RECORDS}")
    for index in range(SHARDS):
        parts = [out for other, out in enumerate(shards[0]) if other != index]
        merged = subprocess.run([runner.binary, "merge", *parts, "-o", "none.jsonl"], cwd=work,
                                capture_output=True, text=True)
        said = f"shard {index}/{SHARDS} is missing"
        assert merged.returncode == 2 and said in merged.stderr, merged.stderr
        assert not (work / "none.jsonl").exists()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--articles", type=int, default=150)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--flips", type=int, default=200)
    options.add_argument("--edits", type=int, default=60)
    options.add_argument("--seed", type=int, default=11)
    asked = options.parse_args()
    rng = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        # Long articles, for many windows.
        Corpus(work / "archive", asked.articles, sentences=(20, 40))
        runner = Runner(asked.binary, work)
        # The two sets of options say it themselves.
        at = runner.options.index("--max-output-tokens")
        shared = runner.options[:at] + runner.options[at + 2:]
        # What is damaged is said unless -q is given.
        runner.options = [word for word in shared if word != "-q"]
        merges(runner)
        sys.stdout.flush()
        for out, format in [("out", ["-f", "json"]), ("all.jsonl", []), ("all.parquet", [])]:
            proof = Proof(runner, out, format, rng)
            proof.kills(asked.kills)
            proof.flips(asked.flips)
            proof.edits(asked.edits)
            clear(work, out)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
