"""Finds examples that stand in a file twice, in bounded memory and next to no time."""

from __future__ import annotations

from collections.abc import Hashable

CAPACITY = 1 << 12
"""Different examples remembered: about half a megabyte of memory."""


class Duplicates:
    """Remembers examples by hash: all of them up to ``CAPACITY``, beyond that a sample.

    The sample is every second, fourth, … example, chosen by a number that equal examples share, so
    that they are in or out together.

    Attributes:
        every: only examples whose number is a multiple of this are remembered.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._seen: dict[int, tuple[int, int]] = {}
        self.every = 1

    def add(self, example: Hashable, number: int, line: int) -> int:
        """Remember an example; the line of an equal one before it, else 0.

        Args:
            example: anything that is equal for equal examples.
            number: equal for equal examples, such as the length of a text, and not 0; a multiple
                of ``every``.
            line: where it stands.
        """
        first, _ = self._seen.setdefault(hash(example), (line, number))
        if first != line:
            return first
        if len(self._seen) > self._capacity:
            self._thin()
        return 0

    def _thin(self) -> None:
        while len(self._seen) > self._capacity:
            self.every *= 2
            self._seen = {
                key: value for key, value in self._seen.items() if value[1] % self.every == 0
            }
