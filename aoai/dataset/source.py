"""A training file as it is read: once, line by line, hashed on the way, and unchanged meanwhile."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aoai.dataset.finding import printable
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.errors import DatasetError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = (
    1 << 18
)  # 256 KiB: measured fastest; the block is still in the processor's cache when parsed

Progress = Callable[[int], None]

Identity = tuple[int, int, int, int, int]
"""Device, inode, size, modification and change time in ns: what makes a file the same file."""


def identity(status: os.stat_result) -> Identity:
    """The identity of a file from its status."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


class _HashingReader(io.RawIOBase):
    """Passes a file's bytes on and digests them."""

    def __init__(self, file: io.FileIO, progress: Progress | None) -> None:
        super().__init__()
        self._file = file
        self._progress = progress
        self.digest = hashlib.sha256()
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        count = self._file.readinto(view)
        self.digest.update(view[:count])
        self.count += count
        if self._progress is not None:
            self._progress(self.count)
        return count


class Source:
    """An open training file: read ``lines`` to the end, then ask for its digest."""

    def __init__(self, path: Path, file: io.FileIO, progress: Progress | None = None) -> None:
        self._path = path
        self._file = file
        self._reader = _HashingReader(file, progress)
        self._before = os.fstat(file.fileno())
        self.bom = False

    @property
    def identity(self) -> Identity:
        """Identity of the file when it was opened."""
        return identity(self._before)

    @property
    def size(self) -> int:
        """Bytes of the file when it was opened."""
        return self._before.st_size

    @property
    def bytes_read(self) -> int:
        """Bytes read so far."""
        return self._reader.count

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes read so far."""
        return self._reader.digest.hexdigest()

    def lines(self, cap: int = MAXIMUM_LINE_BYTES) -> Iterator[bytes | None]:
        """Every line with its line end; None for one of more than ``cap`` bytes, which is skipped.

        A byte order mark is taken off, and said in ``bom``.

        Raises:
            DatasetError: the file changed while it was read, or the disk failed.
        """
        buffer = io.BufferedReader(self._reader, _BLOCK)
        try:
            self.bom = buffer.peek(len(BOM_UTF8)).startswith(BOM_UTF8)
            if self.bom:
                buffer.read(len(BOM_UTF8))
            while line := buffer.readline(cap + 1):
                if len(line) <= cap:
                    yield line
                else:
                    yield None
                    while line and not line.endswith(b"\n"):
                        line = buffer.readline(_BLOCK)
        except OSError as error:
            raise DatasetError(_reason(self._path, error)) from None
        self._verify_unchanged()

    def _verify_unchanged(self) -> None:
        if identity(os.fstat(self._file.fileno())) != self.identity or self.bytes_read != self.size:
            raise DatasetError(
                f"{printable(self._path)}: changed while it was read; "
                "wait until nothing writes to it, then run again."
            )


@contextmanager
def open_source(path: Path, progress: Progress | None = None) -> Iterator[Source]:
    """Open a training file for one pass.

    Args:
        path: the file.
        progress: called with the bytes read so far, at each block.

    Raises:
        DatasetError: it is missing, unreadable, or not a regular file.
    """
    try:
        file = io.FileIO(path, opener=_open)
    except (OSError, ValueError) as error:
        raise DatasetError(_reason(path, error)) from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise DatasetError(f"{printable(path)}: not a regular file; name a JSONL file.")
        yield Source(path, file, progress)


def _open(path: str, flags: int) -> int:
    # Opening a FIFO that nobody writes to must not hang. Windows has neither flag nor such FIFOs.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reason(path: Path, error: OSError | ValueError) -> str:
    name = printable(path)
    if isinstance(error, FileNotFoundError):
        place = "" if path.is_absolute() else f", which is relative to {printable(Path.cwd())}"
        return f"{name}: no such file; correct the path{place}."
    if isinstance(error, IsADirectoryError):
        return f"{name}: a directory, not a regular file; name a JSONL file."
    if isinstance(error, PermissionError):
        return f"{name}: may not be read by this user; grant read permission."
    text = error.strerror if isinstance(error, OSError) else str(error)
    return f"{name}: cannot be read: {text}."
