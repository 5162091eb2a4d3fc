"""What comes back: a view of the program's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sentence:
    """A sentence and its translation. `flags` names the checks that failed: where to be careful."""

    source: str
    target: str
    flags: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]
    score: float

    @classmethod
    def _of(cls, json: dict[str, Any]) -> Sentence:
        return cls(
            source=json["source"],
            target=json["target"],
            flags=tuple(json.get("flags", ())),
            findings=tuple(json.get("findings", ())),
            score=json["score"],
        )


@dataclass(frozen=True)
class Article:
    """A translated article. `json` is all that the program said of it (docs/schema/article.schema.json)."""

    json: dict[str, Any]

    @property
    def id(self) -> Any:
        return self.json["id"]

    @property
    def title(self) -> str | None:
        """The English title."""
        return self._target("title")

    @property
    def summary(self) -> str | None:
        """The English summary."""
        return self._target("summary")

    @property
    def text(self) -> str:
        """The English text, paragraphs parted by blank lines."""
        paragraphs = (" ".join(s["target"] for s in p["sentences"]) for p in self.json["paragraphs"])
        return "\n\n".join(paragraphs)

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of the text, in order."""
        return [Sentence._of(s) for p in self.json["paragraphs"] for s in p["sentences"]]

    @property
    def flagged(self) -> list[Sentence]:
        """The sentences, the title among them, where a check failed."""
        title = self.json.get("title")
        all_ = ([Sentence._of(title)] if title else []) + self.sentences
        return [sentence for sentence in all_ if sentence.flags]

    @property
    def record(self) -> dict[str, Any]:
        """The fields of the record that the program did not use."""
        return self.json.get("record", {})

    def _target(self, part: str) -> str | None:
        value = self.json.get(part)
        return value["target"] if value else None


@dataclass(frozen=True)
class Failure:
    """An article that could not be read or translated; the others are not concerned."""

    id: Any
    kind: str
    message: str
    json: dict[str, Any]


def parse(json: dict[str, Any]) -> Article | Failure:
    """An answer of the program."""
    error = json.get("error")
    if error is None:
        return Article(json)
    return Failure(id=json.get("id"), kind=error["kind"], message=error["message"], json=json)
