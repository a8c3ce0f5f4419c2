"""The one pass over a training file: decode, check, count, digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from aoai.dataset.finding import Problem, Severity, printable
from aoai.dataset.formats import Format, check_example, choose_format, detect_format
from aoai.dataset.length import Length
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.plain import Reader, key_of, no_reader
from aoai.dataset.report import Report
from aoai.dataset.shapes import json_type
from aoai.dataset.source import Source, open_source
from aoai.dataset.syntax import CANNOT_DECODE, NESTED, ambiguities, explain_syntax
from aoai.dataset.tokens import ESTIMATE, Tokenizer, context_tokens
from aoai.dataset.totals import Totals

# Reinforcement fine-tuning has its instructions in the user's message as often as not.
_WITH_SYSTEM = frozenset({"chat", "preference"})

# The rules look at the first lines, and at one in so many beyond, even where an example is plain.
_ALL_UP_TO = 100
_THEN_EVERY = 1000


def inspect(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
    keep: int = 100,
    tokenizer: Tokenizer = ESTIMATE,
    progress: Callable[[int], None] | None = None,
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
        tokenizer: counts the tokens of examples that may be too long for the model.
        progress: called with the bytes read so far, about every 256 KiB.

    Raises:
        DatasetError: the file is missing, unreadable, not a regular file, or changed meanwhile.
        ConfigurationError: there is no such format or method.
    """
    expected = choose_format(format, model, method)
    with open_source(path, progress) as source:
        scan = _Scan(
            expected, Totals(printable(path), keep), Length(context_tokens(model), tokenizer)
        )
        scan.run(source)
        source.verify_unchanged()
        return scan.report(path, source, validation=validation)


class _Scan:
    """One file's pass: what is known after each line."""

    def __init__(self, expected: Format | None, totals: Totals, length: Length) -> None:
        self._expected: Format | None = None
        self._plain: Reader = no_reader()
        self._totals = totals
        self._length = length
        self._lines = 0
        if expected is not None:
            self._settle(expected)

    def _settle(self, expected: Format) -> None:
        self._expected = expected
        self._plain = expected.reader()

    def run(self, source: Source) -> None:
        """Check every line.

        Most lines of most files are plain, and what is done for them here is all that they cost
        beside decoder and digest: hence the local names and few calls.
        """
        totals, longest = self._totals, self._length.harmless
        plain, opening, every = self._plain, totals.opening, totals.every
        number = examples = 0
        for number, line in enumerate(source.lines(), start=1):
            parts = plain(line) if len(line) <= MAXIMUM_LINE_BYTES else None
            if parts is None:
                self._look_closer(number, line, source)
                plain, opening, every = self._plain, totals.opening, totals.every
                continue
            examples += 1
            if parts[0] != opening:
                opening = totals.count_opening(parts[0], number)
            if not key_of(parts) % every:
                every = totals.count_text(parts, number)
            if number % _THEN_EVERY == 0 or len(line) > longest or number <= _ALL_UP_TO:
                self._apply_rules(number, line, msgspec.json.decode(line))
        totals.examples += examples
        self._lines = number

    def _look_closer(self, number: int, line: bytes, source: Source) -> None:
        """Check and count a line that is not known to be plain."""
        if len(line) > MAXIMUM_LINE_BYTES:
            source.skip(line)
            self._totals.add_unread(_TOO_LONG, number)
        elif not line.strip():
            self._totals.add_blank(number)
        else:
            try:
                example = msgspec.json.decode(line)
            except CANNOT_DECODE:
                self._totals.add_unread(explain_syntax(line), number)
                return
            if isinstance(example, dict):
                self._count(number, line, example)
            else:
                text = f"expected object, got {json_type(example)}."
                self._totals.add_unread(Problem("wrong-type", "$", text), number)

    def _count(self, number: int, line: bytes, example: dict[str, object]) -> None:
        parts = None
        if self._expected is None:
            expected = detect_format(example)
            if expected is None:
                self._totals.add_unread(_NO_FORMAT, number)
                return
            self._settle(expected)
            parts = self._plain(line)
        if parts is None:
            self._totals.count(example, number)
        else:
            self._totals.count_plain(parts, number)
        self._apply_rules(number, line, example)

    def _apply_rules(self, number: int, line: bytes, example: dict[str, object]) -> None:
        try:
            problems = list(self._problems(line, example))
        except RecursionError:  # deep enough for the decoder, too deep for the rules
            problems = [NESTED]
        for problem in problems:
            self._totals.add(problem, number)

    def _problems(self, line: bytes, example: dict[str, object]) -> Iterator[Problem]:
        yield from ambiguities(line)
        if self._expected is not None:
            yield from check_example(example, self._expected)
        if len(line) > self._length.harmless:
            yield from self._length.check(example)

    def report(self, path: Path, source: Source, *, validation: bool) -> Report:
        """What the pass has found, once it is over."""
        totals, name = self._totals, self._expected.name if self._expected else ""
        totals.finish(
            source.bytes_read, self._lines, system=name in _WITH_SYSTEM, validation=validation
        )
        return Report(
            path=path,
            format="vision" if name == "chat" and totals.images else name,
            examples=totals.examples,
            bytes=source.bytes_read,
            sha256=source.sha256,
            bom=source.bom,
            images=totals.images,
            errors=totals.findings(Severity.ERROR),
            warnings=totals.findings(Severity.WARNING),
            counts=dict(totals.counts),
        )


_TOO_LONG = Problem(
    "line-too-long",
    "",
    f"more than {MAXIMUM_LINE_BYTES // 1024**2} MB; write one example on each line, "
    "and large images as https addresses.",
)
_NO_FORMAT = Problem(
    "wrong-format", "$", 'of no known format; it lacks "messages", "input" or "prompt".'
)
