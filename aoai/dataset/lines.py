"""The lines of a file, or of a part of it, in bounded memory."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from aoai.dataset.limits import MAXIMUM_LINE_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1 << 18
"""256 KiB: measured fastest; the block is still in the processor's cache when parsed."""


class Part(Struct, frozen=True):
    """Whole lines of a file.

    Attributes:
        start: offset of the first byte.
        stop: offset after the last byte.
        line: number of the first line, from 1.
    """

    start: int
    stop: int
    line: int


class _PartReader(io.RawIOBase):
    """Passes on a part of a file, as if it were all."""

    def __init__(self, file: io.FileIO, part: Part) -> None:
        super().__init__()
        self._file = file
        self._left = part.stop - part.start
        file.seek(part.start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = self._file.readinto(memoryview(buffer).cast("B")[: self._left])
        self._left -= count
        return count


class Lines:
    """The lines of a file, or of a part of it, with their line ends; to be read once.

    Of a line of more than ``MAXIMUM_LINE_BYTES`` only one byte more is given: whoever gets them
    calls ``skip``, or the rest comes as the next line. A byte order mark is taken off.
    """

    def __init__(self, buffer: io.BufferedReader[Any]) -> None:
        self._buffer = buffer

    def __iter__(self) -> Iterator[bytes]:
        if self._buffer.peek(len(BOM_UTF8)).startswith(BOM_UTF8):
            self._buffer.read(len(BOM_UTF8))
        return iter(partial(self._buffer.readline, MAXIMUM_LINE_BYTES + 1), b"")

    def skip(self, line: bytes) -> None:
        """Read on to the end of a line that is too long."""
        while line and not line.endswith(b"\n"):
            line = self._buffer.readline(BLOCK)


def lines_of_part(file: io.FileIO, part: Part) -> Lines:
    """The lines of a part of an open file, whose position they move."""
    return Lines(io.BufferedReader(_PartReader(file, part), BLOCK))
