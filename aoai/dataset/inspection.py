"""The one pass over a training file: decode, check, count, digest."""

from __future__ import annotations

from pathlib import Path

import msgspec

from aoai.dataset.example import facts_of
from aoai.dataset.finding import Problem, Severity
from aoai.dataset.formats import Format, check_example, choose_format, detect_format
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.report import Report
from aoai.dataset.shapes import OBJECT, expect
from aoai.dataset.source import Source, open_source
from aoai.dataset.syntax import duplicate_keys, explain_syntax
from aoai.dataset.totals import Totals

# Reinforcement fine-tuning has its instructions in the user's message as often as not.
_WITH_SYSTEM = frozenset({"chat", "preference"})
_BOM = b"\xef\xbb\xbf"


def inspect(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
    keep: int = 100,
) -> Report:
    """Check and digest a training file, in one pass and bounded memory.

    Args:
        path: a JSONL file. It must not change while it is read.
        format: ``chat``, ``vision``, ``preference``, ``completion`` or ``reinforcement``; by
            default it follows from method and model, or else from the first example.
        model: base model; sets the context length and, for the older ones, the format.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        validation: a validation file, which has no least number of examples.
        keep: errors and warnings listed in the report; beyond, they are counted only.

    Raises:
        DatasetError: the file is missing, unreadable, not a regular file, or changed meanwhile.
        ConfigurationError: there is no such format or method.
    """
    expected = choose_format(format, model, method)
    with open_source(path) as source:
        scan = _Scan(expected, Totals(str(path), keep))
        for number, line in enumerate(source.lines(), start=1):
            scan.read(number, line)
        return scan.report(path, source, validation=validation)


class _Scan:
    """One file's pass: what is known after each line."""

    def __init__(self, expected: Format | None, totals: Totals) -> None:
        self._expected = expected
        self._bom = False
        self.totals = totals

    def read(self, number: int, line: bytes | None) -> None:
        """Check one line; None stands for a line that is too long to be read."""
        if line is None:
            size = MAXIMUM_LINE_BYTES // 1024**2
            problem = Problem(
                "line-too-long", "", f"more than {size} MB; write one example on each line."
            )
            self.totals.add_bad(problem, number)
            return
        if number == 1 and line.startswith(_BOM):
            self._bom = True
            line = line[len(_BOM) :]
        if line.isspace():
            self.totals.add_blank(number)
        elif line:
            self._read_example(number, line)

    def _read_example(self, number: int, line: bytes) -> None:
        try:
            example = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            self.totals.add_bad(explain_syntax(line), number)
            return
        if not isinstance(example, dict):
            for problem in expect(example, "$", OBJECT):
                self.totals.add_bad(problem, number)
            return
        self._check(number, line, example)

    def _check(self, number: int, line: bytes, example: dict[str, object]) -> None:
        if self._expected is None:
            self._expected = detect_format(example)
        if self._expected is None:
            keys = '"messages", "preferred_output" or "prompt"'
            self.totals.add_bad(
                Problem("wrong-format", "$", f"no example of any format: it lacks {keys}."), number
            )
            return
        for problem in (*duplicate_keys(line), *check_example(example, self._expected)):
            self.totals.add(problem, number)
        facts = facts_of(example)
        self.totals.count(facts, number)

    def report(self, path: Path, source: Source, *, validation: bool) -> Report:
        """What the pass has found, once it is over."""
        totals, name = self.totals, self._expected.name if self._expected else ""
        totals.finish(source.bytes_read, system=name in _WITH_SYSTEM, validation=validation)
        return Report(
            path=path,
            format="vision" if name == "chat" and totals.images else name,
            examples=totals.examples,
            bytes=source.bytes_read,
            sha256=source.sha256,
            bom=self._bom,
            images=totals.images,
            text_bytes=totals.text_bytes,
            errors=totals.findings(Severity.ERROR),
            warnings=totals.findings(Severity.WARNING),
            counts=dict(totals.counts),
            sketch=totals.sketch,
        )
