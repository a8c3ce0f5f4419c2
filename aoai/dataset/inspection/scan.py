"""The check of lines: of a whole file, or of parts of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from aoai.dataset.decode.records import DeveloperMessage, Message, SystemMessage
from aoai.dataset.decode.syntax import CANNOT_DECODE, NESTED, ambiguities, explain_syntax
from aoai.dataset.finding import Problem
from aoai.dataset.inspection.fast_path import Parts, Reader, key_of, no_reader
from aoai.dataset.inspection.formats import FORMATS, check_example, detect_format
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.rules.shapes import json_type
from aoai.dataset.tokens.tokenizer import Tokenizer, context_tokens
from aoai.dataset.whole_file.length import Length
from aoai.dataset.whole_file.totals import Totals

# The rules look at the first lines, and at one in so many beyond, even where an example is plain.
_ALL_UP_TO = 100
_THEN_EVERY = 1000


class Question(Struct, frozen=True):
    """What the lines of a file are held against.

    Attributes:
        file: the file's name in findings.
        keep: findings listed of each severity.
        format: a key of ``FORMATS``; None for that of the first example.
        model: base model, if known.
        system: the system message that all examples should have; None for the first one.
    """

    file: str
    keep: int
    format: str | None = None
    model: str | None = None
    system: str | None = None


class Scan:
    """What is known after each line.

    Attributes:
        format: name of the format, once it is known.
        totals: of the lines so far.
    """

    def __init__(self, question: Question, tokenizer: Tokenizer) -> None:
        self._plain: Reader = no_reader()
        self._opening: Message | None = None
        self._length = Length(context_tokens(question.model), tokenizer)
        self.totals = Totals(question.file, question.keep)
        self.totals.system.first = question.system
        self.format: str | None = None
        if question.format is not None:
            self._settle(question.format)

    def _settle(self, name: str) -> None:
        self.format = name
        self._plain = FORMATS[name].reader()

    def run(self, lines: Iterable[bytes], first: int = 1) -> None:
        """Check lines, of which the first one has this number.

        Most lines of most files are plain, and what is done for them here is all that they cost
        beside decoder and digest: hence the local names and few calls.
        """
        totals, longest = self.totals, self._length.harmless
        plain, opening, every = self._plain, self._opening, totals.duplicates.every
        examples = 0
        number = first - 1
        sampled = _sampled_from(first)
        for number, line in enumerate(lines, start=first):
            parts = plain(line) if len(line) <= MAXIMUM_LINE_BYTES else None
            if parts is None:
                self._look_closer(number, line)
                plain, opening, every = self._plain, self._opening, totals.duplicates.every
                sampled = _sampled_from(number + 1)
                continue
            examples += 1
            if parts[0] != opening:
                opening = self._count_opening(parts[0], number)
            if not key_of(parts) % every:
                every = self._count_text(parts, number)
            if number == sampled or len(line) > longest:
                sampled = _sampled_from(number + 1)
                self._apply_rules(number, line, msgspec.json.decode(line))
        totals.examples += examples
        totals.lines = number

    def _count_opening(self, message: Message, number: int) -> Message | None:
        """Take note of a plain example's first message; the one that the others should have."""
        system = self.totals.system
        text = message.content if isinstance(message, SystemMessage | DeveloperMessage) else None
        system.add(text, number)
        if text is not None and text == system.first:
            self._opening = message
        return self._opening

    def _count_text(self, parts: Parts, number: int) -> int:
        """Take note of a plain example's text; ``every`` as it is then."""
        duplicates = self.totals.duplicates
        duplicates.add(msgspec.msgpack.encode(parts), key_of(parts), number)
        return duplicates.every

    def _look_closer(self, number: int, line: bytes) -> None:
        """Check and count a line that is not known to be plain."""
        if len(line) > MAXIMUM_LINE_BYTES:
            self.totals.add_unread(_TOO_LONG, number)
        elif not line.strip():
            self.totals.add_blank(number)
        else:
            try:
                example = msgspec.json.decode(line)
            except CANNOT_DECODE:
                self.totals.add_unread(explain_syntax(line), number)
                return
            if isinstance(example, dict):
                self._count(number, line, example)
            else:
                text = f"expected object, got {json_type(example)}."
                self.totals.add_unread(Problem("wrong-type", "$", text), number)

    def _count(self, number: int, line: bytes, example: dict[str, object]) -> None:
        parts = None
        if self.format is None:
            expected = detect_format(example)
            if expected is None:
                self.totals.add_unread(_NO_FORMAT, number)
                return
            self._settle(expected.name)
            parts = self._plain(line)
        if parts is None:
            self.totals.count(example, number)
            if self.format == "reinforcement":
                self.totals.grader.add(example, number)
        else:
            self.totals.examples += 1
            self._count_opening(parts[0], number)
            if not key_of(parts) % self.totals.duplicates.every:
                self._count_text(parts, number)
        self._apply_rules(number, line, example)

    def _apply_rules(self, number: int, line: bytes, example: dict[str, object]) -> None:
        try:
            # One at a time: in one long line there may be millions.
            for problem in self._problems(line, example):
                self.totals.add(problem, number)
        except RecursionError:  # deep enough for the decoder, too deep for the rules
            self.totals.add(NESTED, number)

    def _problems(self, line: bytes, example: dict[str, object]) -> Iterator[Problem]:
        yield from ambiguities(line)
        if self.format is not None:
            yield from check_example(example, FORMATS[self.format])
        if len(line) > self._length.harmless:
            yield from self._length.check(example)


def _sampled_from(number: int) -> int:
    """The first line from this one on that the rules look at in any case."""
    return number if number <= _ALL_UP_TO else -(-number // _THEN_EVERY) * _THEN_EVERY


_TOO_LONG = Problem(
    "line-too-long",
    "",
    f"more than {MAXIMUM_LINE_BYTES // 1024**2} MB; write one example on each line, "
    "and large images as https addresses.",
)
_NO_FORMAT = Problem(
    "wrong-format", "$", 'of no known format; it lacks "messages", "input" or "prompt".'
)
