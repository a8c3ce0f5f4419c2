"""What a check reports: findings, and the kinds of finding, each declared beside its check."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import NamedTuple


class Severity(enum.StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The service refuses the file, or the example."""

    WARNING = "warning"
    """The service takes it; the model suffers."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding. Every one at the top of a module is part of the catalogue.

    Attributes:
        code: stable name, which users filter by.
        severity: error or warning.
        text: what is wrong, as docs/data.md lists it.
        source: the page, report or standard that it follows.
    """

    code: str
    severity: Severity
    text: str
    source: str

    def at(self, path: str, message: str) -> Problem:
        """A problem of this kind.

        Args:
            path: JSON path within the line; empty for the whole line.
            message: what is wrong and what to write instead.
        """
        return Problem(self, path, message)


def error(code: str, text: str, source: str) -> Kind:
    """A kind of finding for which the service refuses a file or an example."""
    return Kind(code, Severity.ERROR, text, source)


def warning(code: str, text: str, source: str) -> Kind:
    """A kind of finding that the service accepts."""
    return Kind(code, Severity.WARNING, text, source)


class Problem(NamedTuple):
    """A finding before the file and line are known: what a rule yields."""

    kind: Kind
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what to write instead.

    Attributes:
        file: the file's name as it was given.
        line: line number from 1; 0 for the file as a whole.
        path: JSON path within the line, such as ``$.messages[1].role``; empty for the whole line.
        code: of its kind, a key of ``CATALOGUE``.
        severity: error or warning.
        message: a sentence; it quotes at most 40 characters of the data.
        more: equal findings in other lines that are counted but not listed.
    """

    file: str
    line: int
    path: str
    code: str
    severity: Severity
    message: str
    more: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        more = f"(and {self.more:,} more like it)" if self.more else ""
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{text} {more}".rstrip()


def shown(value: object) -> str:
    """A decoded value as a message may quote it: JSON in ASCII, at most 40 characters."""
    end = ""
    if isinstance(value, str):
        value, end = value[:_SHOWN], '"'
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 4]}...{end}"


def printable(path: object) -> str:
    """A path as a message may show it: what a terminal would act on is escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


_SHOWN = 40
