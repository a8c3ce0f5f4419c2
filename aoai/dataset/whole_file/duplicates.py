"""No example is in a file twice; found in bounded memory and next to no time."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterator

from msgspec import Struct, field

from aoai.dataset.finding import Problem, warning

DUPLICATE_EXAMPLE = warning(
    "duplicate-example",
    "an example that is in the file before",
    "OpenAI's cookbook and the checks of Microsoft's fine-tuning skill for GitHub Copilot",
)

CAPACITY = 1 << 12
"""Different examples remembered: about a megabyte of memory."""

_HASH_BITS = 32


class Seen(Struct, gc=False):
    """One example, and the lines that hold it.

    Attributes:
        times: how often it is in the file.
        lines: its lines, in order; not all of them if there are many.
    """

    times: int
    lines: list[int]


class Duplicates(Struct):
    """Remembers examples by hash: all of them up to ``CAPACITY``, beyond that a sample.

    The sample is every second, fourth, … example, chosen by a number that equal examples share, so
    that they are in or out together. What is in it at the end depends on what is in the file,
    not on the order of its lines: chunks of a file can be looked at apart and merged.

    Attributes:
        keep: repeats of one example whose lines are remembered.
        capacity: different examples that are remembered.
        every: only examples whose number is a multiple of this are remembered.
        seen: those examples, by number and hash.
    """

    keep: int
    capacity: int = CAPACITY
    every: int = 1
    seen: dict[int, Seen] = field(default_factory=dict)

    def add(self, example: bytes, number: int, line: int) -> None:
        """Remember an example.

        Args:
            example: equal for equal examples.
            number: equal for equal examples, such as the length of a text, and not 0; a multiple
                of ``every``.
            line: its number.
        """
        # Not hash(), of which every process has its own, and nothing slower than this one.
        key = number << _HASH_BITS | zlib.crc32(example)
        seen = self.seen.get(key)
        if seen is None:
            self.seen[key] = Seen(1, [line])
            self._thin()
        else:
            seen.times += 1
            if len(seen.lines) <= self.keep:
                seen.lines.append(line)

    def merge(self, other: Duplicates) -> None:
        """Add the examples of other lines of the file."""
        for key, theirs in other.seen.items():
            ours = self.seen.setdefault(key, theirs)
            if ours is not theirs:
                ours.times += theirs.times
                ours.lines = sorted(ours.lines + theirs.lines)[: self.keep + 1]
        self.every = max(self.every, other.every)
        self._drop()
        self._thin()

    @property
    def count(self) -> int:
        """Repeats of the examples in the sample."""
        return sum(seen.times - 1 for seen in self.seen.values())

    def repeats(self) -> list[tuple[int, int]]:
        """The first ``keep`` repeats: line, and line of the same example before it."""
        return heapq.nsmallest(self.keep, self._repeats())

    def problems(self) -> Iterator[tuple[Problem, int]]:
        """The repeats that are listed, with their lines."""
        for line, before in self.repeats():
            yield DUPLICATE_EXAMPLE.at("", f"the same as line {before}; keep one of them."), line

    def _repeats(self) -> Iterator[tuple[int, int]]:
        for seen in self.seen.values():
            for line in seen.lines[1:]:
                yield line, seen.lines[0]

    def _thin(self) -> None:
        while len(self.seen) > self.capacity:
            self.every *= 2
            self._drop()

    def _drop(self) -> None:
        self.seen = {k: s for k, s in self.seen.items() if not (k >> _HASH_BITS) % self.every}
