"""The check of lines: of a whole file, or of chunks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from aoai.dataset.decode.lines import LINE_TOO_LONG
from aoai.dataset.decode.nesting import NESTED, is_nested_too_deeply
from aoai.dataset.decode.records import DeveloperMessage, Message, SystemMessage
from aoai.dataset.decode.syntax import CANNOT_DECODE, explain_syntax
from aoai.dataset.example.fields import get, json_type
from aoai.dataset.example.formats import detect_format
from aoai.dataset.example.target import Target
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem
from aoai.dataset.inspection.fast_path import PlainExample, Reader, key_of, no_reader, reader_of
from aoai.dataset.inspection.formats import check_example
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.rules.fields import WRONG_TYPE
from aoai.dataset.rules.wrong_format import WRONG_FORMAT, foreign_format, to_write
from aoai.dataset.tokens.tokenizer import Tokenizer
from aoai.dataset.whole_file.length import Length
from aoai.dataset.whole_file.totals import Totals

# The rules look at the first lines, and at a sample of the others, even where an example is plain.
_ALL_UP_TO = 100
_THEN_EVERY = 1000


class ScanOptions(Struct, frozen=True):
    """What the lines of a file are compared with.

    Attributes:
        file: the file's name in findings.
        keep: findings listed of each severity.
        format: a key of ``FORMATS``; None for that of the first example that shows one.
        target: what the data is used for.
        system: the system message that all examples should have; None for the first one.
    """

    file: str
    keep: int
    format: str | None = None
    target: Target = Target()
    system: str | None = None


class Scan:
    """What is known after each line.

    Attributes:
        format: name of the format, once it is known.
        target: what the data is used for.
        totals: of the lines so far.
    """

    def __init__(self, options: ScanOptions, tokenizer: Tokenizer) -> None:
        self._plain: Reader = no_reader()
        self._opening: Message | None = None
        self.target = options.target
        self._length = Length(options.target.example_tokens, tokenizer)
        self.totals = Totals(options.file, options.keep)
        self.totals.system.first = options.system
        self.format: str | None = None
        if options.format is not None:
            self._set_format(options.format)

    def _set_format(self, name: str) -> None:
        self.format = name
        self._plain = reader_of(name, self.target)

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
            messages = plain(line) if len(line) <= MAXIMUM_LINE_BYTES else None
            if messages is None:
                self._look_closer(number, line)
                plain, opening, every = self._plain, self._opening, totals.duplicates.every
                sampled = _sampled_from(number + 1)
                continue
            examples += 1
            if messages[0] != opening:
                opening = self._count_opening(messages[0], number)
            if not key_of(messages) % every:
                every = self._count_text(messages, number)
            if number == sampled or len(line) > longest:
                sampled = _sampled_from(number + 1)
                self._apply_rules(number, line, msgspec.json.decode(line))
        totals.examples += examples
        totals.lines = number

    def refuse(self, problem: Problem) -> None:
        """Report a file that is not read line by line, at its first line."""
        self.totals.add(problem, 1)

    def _count_opening(self, message: Message, number: int) -> Message | None:
        """Take note of a plain example's first message; the one that the others should have."""
        system = self.totals.system
        text = message.content if isinstance(message, SystemMessage | DeveloperMessage) else None
        system.add(text, number)
        if text is not None and text == system.first:
            self._opening = message
        return self._opening

    def _count_text(self, messages: PlainExample, number: int) -> int:
        """Take note of a plain example's text; ``every`` as it is then."""
        duplicates = self.totals.duplicates
        duplicates.add(msgspec.msgpack.encode(messages), key_of(messages), number)
        return duplicates.every

    def _look_closer(self, number: int, line: bytes) -> None:
        """Check and count a line that is not known to be plain."""
        if len(line) > MAXIMUM_LINE_BYTES:
            self.totals.add_unread(_TOO_LONG, number)
        elif not line.strip():
            self.totals.add_blank(number)
        elif is_nested_too_deeply(line):
            self.totals.add_unread(NESTED, number)
        else:
            try:
                example = msgspec.json.decode(line)
            except CANNOT_DECODE:
                self.totals.add_unread(explain_syntax(line), number)
                return
            if isinstance(example, dict):
                self._count(number, line, example)
            else:
                text = f"expected object, got {json_type(example)}{_advice(example)}."
                self.totals.add_unread(WRONG_TYPE.at("$", text), number)

    def _count(self, number: int, line: bytes, example: dict[str, object]) -> None:
        messages = None
        if self.format is None:
            found = detect_format(example)
            if found is None:
                self.totals.add_unread(_no_format(example), number)
                return
            self._set_format(found)
            messages = self._plain(line)
        if messages is None:
            self.totals.count(example, number)
            if self.format == "reinforcement" and "messages" in example:
                self.totals.grader.add(example, number)
        else:
            self.totals.examples += 1
            self._count_opening(messages[0], number)
            if not key_of(messages) % self.totals.duplicates.every:
                self._count_text(messages, number)
        self._apply_rules(number, line, example)

    def _apply_rules(self, number: int, line: bytes, example: dict[str, object]) -> None:
        self.totals.add_line(self._problems(line, example), number)

    def _problems(self, line: bytes, example: dict[str, object]) -> Iterator[Problem]:
        if self.format is not None:
            yield from check_example(Example(line, example, self.format, self.target))
        if len(line) > self._length.harmless:
            yield from self._length.check(example)


def _sampled_from(number: int) -> int:
    """The first line from this one on that the rules look at in any case."""
    return number if number <= _ALL_UP_TO else -(-number // _THEN_EVERY) * _THEN_EVERY


def _advice(value: object) -> str:
    """What to write instead of an array of messages."""
    messages = isinstance(value, list) and any(get(item, "role") for item in value)
    return '; write {"messages": [...]}' if messages else ""


def _no_format(example: dict[str, object]) -> Problem:
    found = foreign_format(example)
    if found is None:
        text = 'of no known format; it lacks "messages", "input" or "prompt"'
        return WRONG_FORMAT.at("$", f"{text}; convert it to a format of fine-tuning.")
    return WRONG_FORMAT.at("$", f"{found.words}; write {to_write(found.becomes, found)}.")


_TOO_LONG = LINE_TOO_LONG.at(
    "",
    f"more than {MAXIMUM_LINE_BYTES // 1024**2} MB; write one example on each line, "
    "and large images as https addresses.",
)
