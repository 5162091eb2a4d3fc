"""What it costs to read articles in a process of their own.

    python3 tests/archive/reading.py target/release/translate [--articles 20000] [--rounds 3]

translates an archive of small articles, half of them text and half pages, with a tiny model, in turns with
and without `--read-in-process`, and prints the seconds of each, the cost of an article in milliseconds and its
share of the run. A real model takes hundreds of times longer for an article, which makes the share as much smaller.
Needs Python 3.11.
"""

import argparse
import html
import random
import statistics
import tempfile
import time
import zipfile
from pathlib import Path

from corpus import Article
from proof import Runner


def page(text):
    """The page of an article: the first line is its headline."""
    title, *paragraphs = [html.escape(line) for line in text.splitlines() if line]
    body = "".join(f"<p>{line}</p>" for line in paragraphs)
    return (f"<!DOCTYPE html><html lang=kk><head><meta charset=utf-8><title>{title}</title></head><body>"
            f"<nav><a href=/>Басты бет</a></nav><article><h1>{title}</h1>{body}</article></body></html>")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    rng = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        with zipfile.ZipFile(work / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(asked.articles):
                text = Article(rng, (1, 3)).text()
                is_page = number % 2
                name = f"{number // 1000}/{number}.{'html' if is_page else 'txt'}"
                archive.writestr(name, page(text) if is_page else text)
        runner = Runner(asked.binary, work)
        ways = {"a process of its own": [], "the program itself": ["--read-in-process"]}
        taken = {way: [] for way in ways}
        for round in range(asked.rounds):
            for way, more in ways.items():
                started = time.monotonic()
                runner.run(f"{round}{len(more)}.jsonl", *more, input="archive.zip", expect=0)
                taken[way].append(time.monotonic() - started)
        for way, seconds in taken.items():
            print(f"{way}: {', '.join(f'{each:.1f}' for each in seconds)} s")
        own, inside = (statistics.median(seconds) for seconds in taken.values())
        print(f"{1000 * (own - inside) / asked.articles:.2f} ms an article, {100 * (own / inside - 1):.1f} % of the run")


if __name__ == "__main__":
    main()
