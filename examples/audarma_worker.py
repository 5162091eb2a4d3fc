"""`translate worker` for Python programs: records in, results out, in the same order.

The process is started once and loads its models once, when the first record comes. Copy this file
beside your own; it needs nothing but Python's own library.
"""

import json
import subprocess
from queue import SimpleQueue
from threading import Thread


class Worker:
    """One `translate worker` process; `options` are its command line's."""

    def __init__(self, *options, program="translate"):
        self.process = subprocess.Popen(
            [program, "worker", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def lines(self, records):
        """Yields a line of JSON (text) for each record.

        A record is a dict, or a line of JSON: {"id": …, "text": …} or {"id": …, "html": …}, and any
        other fields. A result is the article's JSON, or {"id": …, "error": …}.
        """
        sent = SimpleQueue()
        # A thread of its own writes: whoever writes everything before reading waits for ever, since
        # the worker reads no further than its bounds allow.
        feeder = Thread(target=self._feed, args=(records, sent), daemon=True)
        feeder.start()
        while (word := sent.get()) is None:
            line = self.process.stdout.readline()
            if not line:
                code = self.process.wait()
                raise RuntimeError(f"translate worker ended early, with exit code {code}")
            yield line.decode("utf-8").rstrip("\n")
        feeder.join()
        if isinstance(word, Exception):
            raise word

    def _feed(self, records, sent):
        """Writes the records; says None for each in `sent`, and at last how it ended."""
        try:
            for record in records:
                line = record if isinstance(record, str) else json.dumps(record)
                sent.put(None)
                self.process.stdin.write(line.encode("utf-8") + b"\n")
                self.process.stdin.flush()
            sent.put("end")
        except Exception as error:  # the reader raises it
            sent.put(error)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def row(line):
    """A result's line as columns of a table, the whole line among them."""
    result = json.loads(line)
    title, summary = result.get("title") or {}, result.get("summary") or {}
    error = result.get("error") or {}
    return {
        "id": None if result["id"] is None else str(result["id"]),
        "title": title.get("target"),
        "summary": summary.get("target"),
        "error": error.get("message"),
        "document": line,
    }
