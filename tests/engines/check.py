"""Runs the examples on Spark and Ray for real, and holds their records against the shell's.

    python tests/engines/check.py target/release/translate

Needs Java 17 or 21, and the packages of examples/requirements.txt. The memorised test models
translate. Every engine gets several partitions, one of them empty, and a bad record; whatever the
engine, an id has to get the same line, byte for byte.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow
import pyarrow.parquet

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures"
OPTIONS = [
    "--model",
    str(FIXTURES / "memorised-nllb"),
    "--summary-model",
    str(FIXTURES / "memorised-bart"),
    "--offline",
    "--threads",
    "1",
]
PROGRAM = str(Path(sys.argv[1]).resolve())


def records():
    """Forty records: articles of one to three paragraphs of the seed article, a long one, and three
    bad ones."""
    paragraphs = (FIXTURES / "article.txt").read_text("utf-8").split("\n\n")
    paragraphs = [paragraph for paragraph in paragraphs if len(paragraph) > 100]
    for number in range(36):
        first = number % len(paragraphs)
        text = "\n\n".join(paragraphs[first : first + 1 + number % 3])
        yield {"id": f"2024/{number:02}.txt", "text": text, "url": f"https://example.kz/{number}"}
    text = "\n\n".join(30 * paragraphs)
    yield {"id": "2024/long.txt", "text": text, "url": "https://example.kz/long"}
    yield {"id": "bad/empty", "text": " ", "url": "https://example.kz/empty"}
    yield {"id": "bad/none", "text": None, "url": "https://example.kz/none"}
    english = "Three new schools were opened in the region this year, and pupils began lessons."
    yield {"id": "bad/english", "text": english, "url": "https://example.kz/english"}


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, **options)


def by_id(lines):
    """Lines by their ids; every id occurs once."""
    found = {}
    for line in lines:
        key = json.loads(line)["id"]
        assert key not in found, f"{key} occurs twice"
        found[key] = line
    return found


def shell(lines, work):
    (work / "all.jsonl").write_text("".join(lines), "utf-8")
    with open(work / "all.jsonl", "rb") as stdin:
        answer = subprocess.run(
            [PROGRAM, "worker", *OPTIONS], stdin=stdin, stdout=subprocess.PIPE, check=True
        )
    return answer.stdout.decode("utf-8").splitlines()


def spark_pipe(lines, work, environment):
    source = work / "lines"
    source.mkdir()
    for part in range(2):
        (source / f"{part}.jsonl").write_text("".join(lines[part::2]), "utf-8")
    # Spark cuts files by bytes: in the middle of the long record there is a partition without any.
    run(
        *(sys.executable, "examples/spark_pipe.py", source, work / "piped"),
        *("--partitions", 8, "--program", PROGRAM, *OPTIONS),
        env=environment,
    )
    parts = [part.read_text("utf-8") for part in sorted((work / "piped").glob("part-*"))]
    assert len(parts) >= 4 and "" in parts, [len(part) for part in parts]
    return [line for part in parts for line in part.splitlines()]


def table(rows):
    columns = {name: [row[name] for row in rows] for name in ("id", "text", "url")}
    schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
    return pyarrow.table(columns, schema=schema)


# Ray as it starts by itself, but without its dashboard, and with cores for reading and writing beside
# the actors', however many the machine has.
RAY = """
import runpy, sys, ray
ray.init(include_dashboard=False, num_cpus=6)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def parquet(script, rows, work, environment, *options):
    source, output = work / f"{script}.in", work / f"{script}.out"
    source.mkdir()
    for part in range(3):
        pyarrow.parquet.write_table(table(rows[part::3]), source / f"{part}.parquet")
    pyarrow.parquet.write_table(table([]), source / "empty.parquet")
    python = [sys.executable, "-c", RAY] if script == "ray_data.py" else [sys.executable]
    run(
        *(*python, f"examples/{script}", source, output),
        *("--program", PROGRAM, *options, *OPTIONS),
        env=environment,
    )
    rows = pyarrow.parquet.read_table(output).to_pylist()
    for row in rows:
        document = json.loads(row["document"])
        assert row["id"] == document["id"]
        assert row["error"] == document.get("error", {}).get("message")
    return [row["document"] for row in rows]


def main():
    os.chdir(ROOT)
    rows = list(records())
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "examples"),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "RAY_USAGE_STATS_ENABLED": "0",
            # A slow machine is no fault of ours.
            "RAY_raylet_start_wait_time_s": "300",
            "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell",
        }
        torn = ['{"id": "torn", "text": \n']
        expected = by_id(shell(lines, work))
        assert list(expected) == [row["id"] for row in rows], "an order of its own"
        bad = {key for key, line in expected.items() if "error" in json.loads(line)}
        assert bad == {"bad/empty", "bad/none", "bad/english"}, bad

        piped = by_id(spark_pipe(lines + torn, work, environment))
        assert json.loads(piped.pop(None))["error"]["kind"] == "record"
        assert piped == expected, "rdd.pipe"
        print(f"Spark, rdd.pipe: {len(piped)} records as from the shell, and a torn one", flush=True)

        # More partitions than rows: some are empty.
        parts = ["--partitions", len(rows) + 4]
        mapped = parquet("spark_parquet.py", rows, work, environment, *parts)
        assert by_id(mapped) == expected, "mapInPandas"
        print(f"Spark, mapInPandas: {len(mapped)} records as from the shell", flush=True)

        actors = ["--actors", 2, "--batch", 8]
        mapped = parquet("ray_data.py", rows, work, environment, *actors, *parts)
        assert by_id(mapped) == expected, "Ray Data"
        print(f"Ray Data: {len(mapped)} records as from the shell", flush=True)


main()
