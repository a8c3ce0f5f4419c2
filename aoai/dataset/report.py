"""The result of one pass over a file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aoai.dataset.finding import CATALOGUE, Finding, Severity, printable


@dataclass(frozen=True, slots=True)
class Report:
    """What a file is, and everything that is wrong with it.

    Attributes:
        path: the file.
        format: ``chat``, ``vision``, ``preference``, ``completion`` or ``reinforcement``; empty if
            no line says which.
        examples: lines that hold an example, good or bad.
        bytes: size of the file; exactly the bytes that were checked and hashed.
        sha256: hex digest of those bytes.
        bom: whether the file begins with a byte order mark.
        images: images in the whole file.
        errors: the first errors, by line.
        warnings: the first warnings, by line.
        counts: findings by code: complete, also where the lists are cut.
    """

    path: Path
    format: str
    examples: int
    bytes: int
    sha256: str
    bom: bool = False
    images: int = 0
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the service would take the file: no error was found; warnings may have been."""
        return not self.error_count

    @property
    def error_count(self) -> int:
        """Errors found, listed or not."""
        return self._count(Severity.ERROR)

    @property
    def warning_count(self) -> int:
        """Warnings found, listed or not."""
        return self._count(Severity.WARNING)

    def error_lines(self) -> Iterator[str]:
        """The listed errors as they are told, and how many more there are."""
        yield from map(str, self.errors)
        hidden = self.error_count - len(self.errors)
        if hidden:
            name = printable(self.path)
            command = f"aoai validate {shlex.quote(name)}"
            yield f"{name}: {hidden:,} more; `{command}` counts all of them by kind"

    def _count(self, severity: Severity) -> int:
        return sum(n for code, n in self.counts.items() if CATALOGUE[code][0] is severity)
