"""A local file that is sent: opened once, cut into ranges, and held to the digest it was given.

A range holds the digest of all bytes before it, and of all bytes up to its end. Its sender starts
from the first digest and must reach the second with the bytes that it sends. So ranges that are
sent at the same time, in any order and more than once, are proved to be one file.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from aoai.errors import DatasetError

_BLOCK = 1024 * 1024  # bytes per read; smaller ones cost time (http.client asks for 16 kB)


@dataclass(frozen=True)
class ByteRange:
    """Consecutive bytes of a file.

    Attributes:
        start: offset of the first byte.
        end: offset behind the last one.
        before: the SHA-256 of all bytes before ``start``; copy it to go on from there.
        sha256: hexadecimal digest of all bytes before ``end``.
    """

    start: int
    end: int
    before: hashlib._Hash
    sha256: str


class LocalFile:
    """A regular file that is not empty; its size is that of the moment when it was opened.

    Args:
        path: the file.
        sha256: the hexadecimal digest that its bytes must have.

    Raises:
        DatasetError: it cannot be opened, is empty or is not a regular file.
    """

    def __init__(self, path: Path, sha256: str) -> None:
        self.path = path
        self.sha256 = sha256.lower()
        self._descriptor, self.size = _open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def whole(self) -> ByteRange:
        """All of it."""
        return ByteRange(0, self.size, hashlib.sha256(), self.sha256)

    def ranges(self, size: int) -> Iterator[ByteRange]:
        """All of it in ranges of this size; each is read and digested when it is asked for.

        Raises:
            DatasetError: the digest of all of them together is not the one that was given.
        """
        digest = hashlib.sha256()
        for start in range(0, self.size, size):
            end = min(start + size, self.size)
            before = digest.copy()
            for block in self._blocks(start, end):
                digest.update(block)
            if end == self.size and digest.hexdigest() != self.sha256:
                raise self._changed()
            yield ByteRange(start, end, before, digest.hexdigest())

    def blocks(self, byte_range: ByteRange, on_read: Callable[[int], None]) -> Iterator[bytes]:
        """The bytes of a range. The last block only comes if all of them are the right ones.

        Args:
            byte_range: what to read.
            on_read: called with the size of each block before it is given out.

        Raises:
            DatasetError: the file is not, or no longer, the one that was checked.
        """
        digest = byte_range.before.copy()
        left = byte_range.end - byte_range.start
        for block in self._blocks(byte_range.start, byte_range.end):
            digest.update(block)
            left -= len(block)
            if not left and digest.hexdigest() != byte_range.sha256:
                raise self._changed()
            on_read(len(block))
            yield block

    def _blocks(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            block = self._read(start, min(_BLOCK, end - start))
            start += len(block)
            yield block

    def _read(self, position: int, size: int) -> bytes:
        try:
            block = os.pread(self._descriptor, size, position)
        except OSError as error:
            problem = error.strerror or type(error).__name__
        else:
            if block:
                return block
            raise self._changed()
        msg = f"{self.path} cannot be read to its end: {problem}."
        raise DatasetError(msg)

    def _changed(self) -> DatasetError:
        return DatasetError(
            f"{self.path} is not, or no longer, the file that was checked (its SHA-256 differs). "
            "Nothing was published. Run again when no other program writes to it."
        )


def _open(path: Path) -> tuple[int, int]:
    """A descriptor and the size of a regular file. A pipe is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        msg = f"{path} cannot be opened: {problem}."
        raise DatasetError(msg) from None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size:
        return descriptor, status.st_size
    os.close(descriptor)
    problem = "is empty" if stat.S_ISREG(status.st_mode) else "is not a regular file"
    msg = f"{path} {problem}."
    raise DatasetError(msg)
