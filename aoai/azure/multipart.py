"""A training file as a multipart body: streamed, and never completed if it is not what was checked.

Requests' own ``files=`` holds the whole file in memory, twice.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from aoai.errors import ConfigurationError, DatasetError

_BLOCK = 1024 * 1024  # bytes per read; smaller ones cost time (http.client asks for 16 kB)
_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class FileBody:
    """The form ``purpose=fine-tune`` with one file, as bytes to send.

    The last block is held back until the digest of all bytes is known. If it is not the one that
    was checked, the request breaks off unfinished, so that a mixed file is never published.

    Args:
        path: a regular file.
        filename: the name on the wire: letters, digits, dot, hyphen and underscore.
        sha256: the hexadecimal digest that the bytes must have.

    Raises:
        DatasetError: the file cannot be read, is empty or is not a regular file.
        ConfigurationError: the name on the wire cannot stand in a header.
    """

    def __init__(self, path: Path, filename: str, sha256: str) -> None:
        if not _FILENAME.fullmatch(filename):
            msg = f"{filename[:200]!r} cannot be the name of an uploaded file."
            raise ConfigurationError(msg)
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"'
            "\r\nContent-Type: application/jsonl\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._path = path
        self._sha256 = sha256.lower()
        self._descriptor, self._size = _open(path)
        self._parts = self._read_parts()
        self._started = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    @property
    def size(self) -> int:
        """Bytes of the file itself."""
        return self._size

    @property
    def started(self) -> bool:
        """Whether a byte was read since the last rewind."""
        return self._started

    def rewind(self) -> None:
        """Start again, for another try."""
        self._parts = self._read_parts()
        self._started = False

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - blocks of our own size are faster
        """The next block, up to 1 MiB; empty at the end.

        Raises:
            DatasetError: the file is not, or no longer, the one that was checked.
        """
        self._started = True
        return next(self._parts, b"")

    def _read_parts(self) -> Iterator[bytes]:
        yield self._head
        digest = hashlib.sha256()
        position = 0
        while position < self._size:
            block = self._read_block(position)
            digest.update(block)
            position += len(block)
            if position == self._size and digest.hexdigest() != self._sha256:
                raise self._changed()
            yield block
        yield self._tail

    def _read_block(self, position: int) -> bytes:
        try:
            block = os.pread(self._descriptor, min(_BLOCK, self._size - position), position)
        except OSError as error:
            problem = error.strerror or type(error).__name__
        else:
            if block:
                return block
            raise self._changed()
        msg = f"{self._path} cannot be read to its end: {problem}."
        raise DatasetError(msg)

    def _changed(self) -> DatasetError:
        return DatasetError(
            f"{self._path} is not, or no longer, the file that was checked (its SHA-256 differs). "
            "Nothing was published. Run again when nobody writes to it."
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
