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
from typing import Protocol

from aoai.dataset.decode.digest import BackgroundDigest
from aoai.dataset.decode.lines import BLOCK, Chunk, blocks_of_chunk, lines_of
from aoai.dataset.finding import error, printable
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.errors import DatasetError

UNREADABLE_FILE = error("unreadable-file", "the file cannot be read", "the operating system")

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
    def update(self, block: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class Source:
    """An open training file, to be read once: by lines, by blocks, or in chunks.

    Attributes:
        bytes_read: bytes read so far.
        bom: whether the file begins with a byte order mark; ask when it is read.
    """

    def __init__(self, path: Path, file: io.FileIO, progress: Progress | None = None) -> None:
        self._path = path
        self._file = file
        self._progress = progress
        self._before = os.fstat(file.fileno())
        self._background: BackgroundDigest | None = None
        self._digest: _Digest = hashlib.sha256()
        self.bytes_read = 0
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
    def sha256(self) -> str:
        """Hex digest of the bytes that were read; ask when all are."""
        return self._digest.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """All lines, as ``lines_of`` gives them; of a large file they are digested by a thread."""
        if self.size > _LARGE:
            self._background = self._digest = BackgroundDigest()
        return lines_of(self.blocks())

    def chunk(self, chunk: Chunk) -> Iterator[bytes]:
        """The lines of a chunk, which are not digested."""
        return lines_of(blocks_of_chunk(self._file, chunk))

    def head(self, size: int) -> bytes:
        """The first bytes of the file, at most this many; they are read again later."""
        self._file.seek(0)
        head = self._file.read(size)
        self._file.seek(0)
        return head or b""

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All bytes in blocks of at most this size."""
        while block := self._file.read(size):
            if not self.bytes_read:
                self.bom = block.startswith(BOM_UTF8)
            self._digest.update(block)
            self.bytes_read += len(block)
            if self._progress is not None:
                self._progress(self.bytes_read)
            yield block

    def short_lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and text of every line that is not too long."""
        for number, line in enumerate(self.lines(), start=1):
            if len(line) <= MAXIMUM_LINE_BYTES:
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
        self.verify_identity(self.identity)
        if self.bytes_read != self.size:
            raise DatasetError(_changed(self._path))

    def verify_identity(self, expected: Identity) -> None:
        """Make sure that this is, and still is, the file of this identity.

        Raises:
            DatasetError: it is not.
        """
        if identity(os.fstat(self._file.fileno())) != expected:
            raise DatasetError(_changed(self._path))


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


def _changed(path: Path) -> str:
    name = printable(path)
    return f"{name}: changed while it was read; wait until nothing writes to it, then run again."


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
