"""The result of one pass over a file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aoai.dataset.finding import Finding, printable


@dataclass(frozen=True, slots=True)
class Report:
    """What a file is, and everything that is wrong with it.

    Attributes:
        path: the file.
        format: ``chat``, ``vision``, ``preference``, ``completion`` or ``reinforcement``; empty if
            neither the target nor a line shows it.
        examples: lines that hold an example, good or bad.
        bytes: size of the file; exactly the bytes that were checked and hashed.
        sha256: hex digest of those bytes.
        bom: whether the file begins with a byte order mark.
        images: images in the whole file.
        skipped: examples that the service is expected to skip for an image.
        grader_fields: of reinforcement data, the fields for the grader, as in the first example.
        errors: the first errors, by line; of equal ones five.
        warnings: the first warnings, by line; of equal ones five.
        error_count: errors found, listed or not.
        counts: findings by code: complete, also where the lists are cut.
    """

    path: Path
    format: str
    examples: int
    bytes: int
    sha256: str
    bom: bool = False
    images: int = 0
    skipped: int = 0
    grader_fields: tuple[str, ...] = ()
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    error_count: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the service should accept the file: there is no error; warnings may be."""
        return not self.error_count

    def error_lines(self) -> Iterator[str]:
        """The listed errors as text, and how many more there are."""
        yield from map(str, self.errors)
        hidden = self.error_count - sum(1 + finding.more for finding in self.errors)
        if hidden > 0:
            name = printable(self.path)
            command = f"aoai validate {shlex.quote(name)}"
            yield f"{name}: {hidden:,} more errors; `{command}` counts all of them by kind"
