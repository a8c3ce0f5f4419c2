"""Hashes of a file's examples, in bounded memory: finds duplicates and overlap.

Up to ``CAPACITY`` different examples the sketch is exact. Beyond, it keeps every second, fourth, …
example, chosen by its text's length, so that equal examples are kept or dropped together, in this
file and in any other.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

CAPACITY = 1 << 17
"""Examples kept: about 13 MB of memory."""


@dataclass(slots=True)
class Sketch:
    """The examples of a file by the hash of their text.

    Attributes:
        every: examples are kept whose text length is a multiple of this; 1 keeps all.
        lines: hash of an example to the line where it first stood.
    """

    every: int = 1
    lines: dict[int, int] = field(default_factory=dict)

    def add(self, text: bytes, line: int) -> int:
        """Remember an example; the line of an equal one before it, else 0."""
        length = len(text)
        if length % self.every:
            return 0
        # 32 bits of checksum and the length: stable between processes, unlike hash(), and for
        # 100,000 examples of mixed length the odds of one false match are about 1 in 1,000.
        key = length << 32 | zlib.crc32(text)
        before = self.lines.setdefault(key, line)
        if before != line:
            return before
        if len(self.lines) > CAPACITY:
            self._thin()
        return 0

    def _thin(self) -> None:
        while len(self.lines) > CAPACITY:
            self.every *= 2
            kept = {k: line for k, line in self.lines.items() if (k >> 32) % self.every == 0}
            self.lines = kept
