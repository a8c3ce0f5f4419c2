"""A training file compared with its validation file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from aoai.dataset.decode.source import open_source
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.finding import Finding, Problem, error, printable, shown, warning
from aoai.dataset.report import Report
from aoai.dataset.whole_file.example import canonical
from aoai.errors import DatasetError

FORMAT_DIFFERS = error(
    "format-differs",
    "the validation file is of another format than the training file",
    'page "Customize a model with fine-tuning": both files have the same format',
)
VALIDATION_OVERLAP = warning(
    "validation-overlap",
    "validation examples that are in the training file too",
    'page "Customize a model with fine-tuning": training and validation data differ',
)
VALIDATION_FIELDS_DIFFER = warning(
    "validation-fields-differ",
    "the validation file has other fields for the grader than the training file",
    'page "Reinforcement fine-tuning": the grader reads fields of the item in both files',
)

NO_VALIDATION_FILE = warning(
    "no-validation-file",
    "a reinforcement training without a validation file",
    'page "Reinforcement fine-tuning": both a training and a validation dataset are required',
)
NO_VALIDATION = NO_VALIDATION_FILE.at(
    "", "no validation file is given; reinforcement fine-tuning needs one."
)

CAPACITY = 1 << 18
"""Validation examples that are compared: about 30 MB of memory. Further ones are not."""


_NAMED = 3  # fields of each side


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pair of files has in common that it should not have, or has not and should.

    Attributes:
        overlap: validation examples that are in the training file too.
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
    problems = [
        *((problem, 0) for problem in _format_differs(training, validation)),
        *((problem, 0) for problem in _fields_differ(training, validation)),
        *((problem, common[0]) for problem in _overlap(len(common), training, validation)),
    ]
    name = printable(validation.path)
    findings = tuple(
        Finding(name, line, path, kind.code, kind.severity, message)
        for (kind, path, message), line in problems
    )
    return Comparison(len(common), findings)


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


def _format_differs(training: Report, validation: Report) -> Iterator[Problem]:
    ours, theirs = _family(validation.format), _family(training.format)
    if ours and theirs and ours != theirs:
        text = f"of format {ours}, the training file of format {theirs}; use one for both."
        yield FORMAT_DIFFERS.at("", text)


def _family(name: str) -> str:
    return "chat" if name == "vision" else name


def _fields_differ(training: Report, validation: Report) -> Iterator[Problem]:
    ours, theirs = set(validation.grader_fields), set(training.grader_fields)
    if ours != theirs and validation.format == training.format == "reinforcement":
        missing = ", ".join(map(shown, sorted(theirs - ours)[:_NAMED]))
        extra = ", ".join(map(shown, sorted(ours - theirs)[:_NAMED]))
        differences = [f"lacks {missing}"] * bool(missing) + [f"has {extra} besides"] * bool(extra)
        text = (
            f"compared with the training file it {' and '.join(differences)}; "
            "give both the fields that the grader reads."
        )
        yield VALIDATION_FIELDS_DIFFER.at("", text)


def _overlap(common: int, training: Report, validation: Report) -> Iterator[Problem]:
    if common:
        name = printable(training.path.name)
        text = (
            f"{common} of {validation.examples} examples are in {name} too, "
            "so that validation makes the model look better; take them out of one of the files."
        )
        yield VALIDATION_OVERLAP.at("", text)
