"""A training file as it is read: once, line by line, hashed on the way, and unchanged meanwhile."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aoai.dataset.digest import BackgroundDigest
from aoai.dataset.finding import printable
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.errors import DatasetError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = (
    1 << 18
)  # 256 KiB: measured fastest; the block is still in the processor's cache when parsed

_LARGE = 4 << 20  # bytes from which on a thread for the digest is worth its start

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


class _Digest(Protocol):
    def update(self, block: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


class _HashingReader(io.RawIOBase):
    """Passes a file's bytes on and digests them."""

    def __init__(self, file: io.FileIO, digest: _Digest, progress: Progress | None) -> None:
        super().__init__()
        self._file = file
        self._progress = progress
        self.digest = digest
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
    """An open training file, to be read once, line by line.

    Attributes:
        bom: whether the file begins with a byte order mark, which is taken off.
    """

    def __init__(self, path: Path, file: io.FileIO, progress: Progress | None = None) -> None:
        self._path = path
        self._file = file
        self._before = os.fstat(file.fileno())
        large = self._before.st_size > _LARGE
        self._background = BackgroundDigest() if large else None
        digest = self._background or hashlib.sha256()
        self._reader = _HashingReader(file, digest, progress)
        self._buffer = io.BufferedReader(self._reader, _BLOCK)
        self.bom = False

    @property
    def identity(self) -> Identity:
        """Identity of the file when it was opened."""
        return identity(self._before)

    @property
    def bytes_read(self) -> int:
        """Bytes read so far."""
        return self._reader.count

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes that were read; ask when all are."""
        return self._reader.digest.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """Every line with its line end.

        Of a line of more than ``MAXIMUM_LINE_BYTES`` only one byte more is given: whoever gets them
        calls ``skip``, or the rest comes as the next line.
        """
        self.bom = self._buffer.peek(len(BOM_UTF8)).startswith(BOM_UTF8)
        if self.bom:
            self._buffer.read(len(BOM_UTF8))
        return iter(partial(self._buffer.readline, MAXIMUM_LINE_BYTES + 1), b"")

    def skip(self, line: bytes) -> None:
        """Read on to the end of a line that is too long."""
        while line and not line.endswith(b"\n"):
            line = self._buffer.readline(_BLOCK)

    def short_lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and text of every line that is not too long."""
        for number, line in enumerate(self.lines(), start=1):
            if len(line) > MAXIMUM_LINE_BYTES:
                self.skip(line)
            else:
                yield number, line

    def close(self) -> None:
        """End the thread that hashes, if there is one."""
        if self._background is not None:
            self._background.close()

    def verify_unchanged(self) -> None:
        """Make sure that what was read is the file as it was when it was opened, and still is.

        Raises:
            DatasetError: it is not.
        """
        size = self._before.st_size
        if identity(os.fstat(self._file.fileno())) != self.identity or self.bytes_read != size:
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
        DatasetError: it is missing, unreadable, not a regular file, or the disk fails.
    """
    try:
        file = io.FileIO(path, opener=_open)
    except (OSError, ValueError) as error:
        raise DatasetError(_reason(path, error)) from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise DatasetError(f"{printable(path)}: not a regular file; name a JSONL file.")
        source = Source(path, file, progress)
        try:
            yield source
        except OSError as error:
            raise DatasetError(_reason(path, error)) from None
        finally:
            source.close()


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
