"""Watches the memory of a run over many small articles.

    python3 tests/archive/memory.py target/release/translate [--articles 120000] [--plot memory.svg]

Samples the resident memory of the program while it runs over a .jsonl, and fits a line through the least of
every 500 articles (a window's own memory comes and goes) after the warm-up, the first quarter of them.
Over some ten thousand articles what an allocator keeps is more than what an article could. Memory is to stay where it
is: the script fails where the line rises by more than 150 bytes an article, of which some 100 are what the
program says it keeps of each (docs/archives.md). Needs Python 3.11 and Linux.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from corpus import Article
from proof import Runner

MOST = 150


def resident(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def least(points, every=500):
    """The sample of least memory of every so many articles."""
    stretches = {}
    for point in points:
        stretches.setdefault(point[0] // every, []).append(point)
    return [min(stretch, key=lambda point: point[1]) for _, stretch in sorted(stretches.items())]


def slope(points):
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum((x - mean_x) ** 2 for x, _ in points)


def plot(points, path):
    most_x, most_y = max(x for x, _ in points), max(y for _, y in points)
    line = " ".join(f"{60 + 700 * x / most_x:.1f},{260 - 220 * y / most_y:.1f}" for x, y in points)
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" font-family="sans-serif" '
        f'font-size="13"><path d="M60 40V260H760" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#00667a" stroke-width="2"/>'
        f'<text x="60" y="30">resident memory, MB (top: {most_y / 1e6:.0f})</text>'
        f'<text x="620" y="285">{most_x:.0f} articles</text></svg>\n')


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--articles", type=int, default=120_000)
    options.add_argument("--plot", type=Path)
    asked = options.parse_args()
    rng = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        with open(work / "archive.jsonl", "w") as out:
            for number in range(asked.articles):
                article = {"id": f"{number // 1000}/{number}", "text": Article(rng, (1, 3)).text()}
                out.write(json.dumps(article, ensure_ascii=False) + "\n")
        runner = Runner(asked.binary, work)
        process = runner.start("out", input="archive.jsonl")
        points, started = [], time.monotonic()
        journal, done, place = work / "out" / "journal.jsonl", 0, 0
        while process.poll() is None:
            if journal.exists():
                with open(journal, "rb") as lines:
                    lines.seek(place)
                    new = lines.read()
                    place += len(new)
                    done += new.count(b'"done":')
                try:
                    points.append((done, resident(process.pid)))
                except (OSError, IndexError):
                    break
            time.sleep(0.05)
        said = process.communicate()[1].decode()
        assert process.returncode == 0, said[-2000:]
        seconds = time.monotonic() - started
        settled = [point for point in points if asked.articles / 4 < point[0] < asked.articles]
        rise = slope(least(settled))
        print(f"{asked.articles} articles in {seconds:.0f} s, {len(points)} samples: "
              f"{settled[0][1] / 1e6:.1f} MB after the warm-up, {settled[-1][1] / 1e6:.1f} MB at the end, "
              f"at most {max(y for _, y in points) / 1e6:.1f} MB; {rise:.0f} bytes an article")
        for done, memory in least(points, asked.articles // 20):
            print(f"{done:7} articles {memory / 1e6:6.1f} MB {'#' * round(memory / 1e6)}")
        if asked.plot:
            plot(points, asked.plot)
        assert rise < MOST, f"memory rises by {rise:.0f} bytes an article"


if __name__ == "__main__":
    main()
