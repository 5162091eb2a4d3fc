"""One `translate worker` process as a Python object."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread, get_ident
from typing import Any, Union

from ._article import Article, Failure, parse
from ._program import find_program

#: A text, or a record: {"id": …, "text": …} or {"id": …, "html": …}, and any other fields.
Record = Union[str, Mapping[str, Any]]

_EXIT_CODES = {
    2: "wrong usage or configuration",
    3: "a model could not be had, verified or loaded",
    75: "the disk or the memory is full: try again",
    130: "interrupted",
    143: "terminated",
}


class TranslatorError(Exception):
    """The program ended; `exit_code` is its exit code. It says why on standard error."""

    def __init__(self, exit_code: int):
        self.exit_code = exit_code
        reason = _EXIT_CODES.get(exit_code, "standard error has the reason")
        super().__init__(f"translate worker ended with exit code {exit_code}: {reason}")


class ArticleError(Exception):
    """An article could not be read or translated."""

    def __init__(self, failure: Failure):
        self.failure = failure
        super().__init__(failure.message)


class Translator:
    """Translates articles.

    Keyword arguments are the program's options: `model="nllb-1.3b"` is `--model nllb-1.3b`, `offline=True`
    is `--offline`, `source_language="ru"` is `--source-language ru`. The process is started with the first
    article and ended by `close` or at the end of a `with` block. Calls from several threads wait for each
    other.
    """

    def __init__(self, *, program: str | os.PathLike[str] | None = None, **options: Any):
        self._command = [os.fspath(program or find_program()), "worker", *_arguments(options)]
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._owner: int | None = None

    def translate(self, text: str | None = None, *, html: str | None = None) -> Article:
        """Translates an article given as text or as the bytes of a page, decoded.

        Raises ArticleError if the article cannot be read or translated, TranslatorError if the program ends.
        """
        if (text is None) == (html is None):
            raise TypeError("translate() takes either a text or html")
        record = {"id": "article", **({"text": text} if html is None else {"html": html})}
        (result,) = self.articles([record])
        if isinstance(result, Failure):
            raise ArticleError(result)
        return result

    def articles(self, records: Iterable[Record]) -> Iterator[Article | Failure]:
        """Translates many articles: one result for each record, in their order.

        Records are read ahead, so that sentences of several articles share batches. A text gets its number,
        from 0, as its id. Raises TranslatorError if the program ends, and what `records` raises.
        """
        if self._owner == get_ident():
            raise RuntimeError("take all results of articles(), or close() them, before the next call")
        with self._lock:
            self._owner = get_ident()
            is_complete = False
            try:
                yield from self._answers(records)
                is_complete = True
            finally:
                self._owner = None
                if not is_complete:
                    # Answers to records already sent would be taken for those of the next call.
                    self._stop()

    def close(self) -> None:
        """Ends the process, if there is one."""
        if not self._lock.acquire(blocking=False):
            # There are results that nobody takes any more, or that another thread waits for.
            if (process := self._process) is not None:
                process.kill()
            return
        try:
            process, self._process = self._process, None
            if process is not None:
                assert process.stdin is not None and process.stdout is not None
                process.stdin.close()
                process.stdout.close()
                process.wait()
        finally:
            self._lock.release()

    def __enter__(self) -> Translator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answers(self, records: Iterable[Record]) -> Iterator[Article | Failure]:
        process = self._started()
        assert process.stdout is not None
        sent: SimpleQueue[Any] = SimpleQueue()
        # A thread of its own writes: the worker reads no further than its bounds allow, so that whoever
        # wrote everything before reading would wait for ever.
        Thread(target=_feed, args=(process, records, sent), daemon=True).start()
        while (event := sent.get()) is _SENT:
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                raise TranslatorError(process.wait())
            yield parse(json.loads(line))
        if event is _GONE:
            raise TranslatorError(process.wait())
        if event is not _END:
            raise event

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()


_SENT, _END, _GONE = object(), object(), object()


def _feed(process: subprocess.Popen[bytes], records: Iterable[Record], sent: SimpleQueue[Any]) -> None:
    """Writes the records, with a word in `sent` for each, and at last how it ended."""
    assert process.stdin is not None
    try:
        for number, record in enumerate(records):
            fields = {"id": number, "text": record} if isinstance(record, str) else dict(record)
            line = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
            sent.put(_SENT)
            try:
                process.stdin.write(line + b"\n")
                process.stdin.flush()
            except (OSError, ValueError):  # it ended, or was ended
                sent.put(_GONE)
                return
    except BaseException as error:  # raised again where the answers are read
        sent.put(error)
    else:
        sent.put(_END)


def _arguments(options: Mapping[str, Any]) -> list[str]:
    """The command line of keyword arguments."""
    arguments: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(flag)
        elif value is not None and value is not False:
            # One word, so that a value that begins with a hyphen is no option.
            arguments.append(f"{flag}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return arguments
