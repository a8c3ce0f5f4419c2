"""A training file and its validation file, held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from aoai.dataset.decode.source import open_source
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.finding import CATALOGUE, Finding, printable
from aoai.dataset.report import Report
from aoai.dataset.whole_file.example import canonical
from aoai.errors import DatasetError

CAPACITY = 1 << 18
"""Validation examples that are compared: about 30 MB of memory. Further ones are not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pair of files has in common that it should not have, or has not and should.

    Attributes:
        overlap: validation examples that stand in the training file too.
        findings: at most one of each kind, on the validation file.
    """

    overlap: int
    findings: tuple[Finding, ...]


def compare(training: Report, validation: Report, *, capacity: int = CAPACITY) -> Comparison:
    """Find the validation examples that the model is trained on, and a difference of format.

    Both files are read again: examples are the same if they are the same JSON, however written.

    Raises:
        DatasetError: a file cannot be read, or is not any more the one that the report is of.
    """
    lines = {key: line for line, key in _keys(validation, capacity)}
    # Keys are hashes: they are equal for equal examples, and for others once in 10^10 files.
    common = sorted({lines[key] for _, key in _keys(training) if key in lines})
    findings = [*_format_differs(training, validation), *_overlap(common, training, validation)]
    return Comparison(len(common), tuple(findings))


def _keys(report: Report, limit: int | None = None) -> Iterator[tuple[int, int]]:
    """Line and hash of every example that can be decoded."""
    with open_source(report.path) as source:
        for number, line in source.short_lines():
            if limit is not None and number > limit:
                continue
            example = attempt(msgspec.json.decode, line)
            text = attempt(canonical, example) if isinstance(example, dict) else None
            if text is not None:
                yield number, hash(text)
        if source.sha256 != report.sha256:
            raise DatasetError(
                f"{printable(report.path)}: changed since it was checked; run again."
            )


def _format_differs(training: Report, validation: Report) -> Iterator[Finding]:
    ours, theirs = _family(validation.format), _family(training.format)
    if ours and theirs and ours != theirs:
        text = f"of format {ours}, the training file of format {theirs}; use one for both."
        yield _finding(validation, 0, "format-differs", text)


def _family(name: str) -> str:
    return "chat" if name == "vision" else name


def _overlap(common: list[int], training: Report, validation: Report) -> Iterator[Finding]:
    if common:
        name = printable(training.path.name)
        text = (
            f"{len(common)} of {validation.examples} examples stand in {name} too, "
            "so that validation flatters the model; take them out of one of the files."
        )
        yield _finding(validation, common[0], "validation-overlap", text)


def _finding(report: Report, line: int, code: str, message: str) -> Finding:
    return Finding(printable(report.path), line, "", code, CATALOGUE[code][0], message)
