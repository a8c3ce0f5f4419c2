"""Local files as multipart bodies: streamed, and never completed if they are not what was checked.

Requests' own ``files=`` holds the whole file in memory, twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from secrets import token_hex

from aoai.azure.http.local_file import ByteRange, LocalFile
from aoai.errors import ConfigurationError

_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_PIECE = 64 * 1024
"""Bytes handed out at a time. Each has to be sent within the time-out for connecting, 10 seconds:
pieces of 1 MiB failed for good on lines of less than 105 kB/s (measured, urllib3 2.8)."""


class FormBody:
    """A form that ends with a range of a local file, as bytes to send.

    The last block is held back until the digest of all bytes is known. If it is not the right one,
    the request breaks off unfinished, so that a mixed file is never published.

    Args:
        file: the file that the range is of.
        byte_range: the bytes to send.
        name: the form's field for them.
        filename: their name on the wire.
        fields: the form's other fields, which come first.
        on_read: called with the bytes that were read since the last call, less than zero when they
            have to be sent anew. What it raises ends the request.
    """

    secrets: tuple[str, ...] = ()

    def __init__(
        self,
        file: LocalFile,
        byte_range: ByteRange,
        *,
        name: str,
        filename: str,
        fields: tuple[tuple[str, str], ...] = (),
        on_read: Callable[[int], None] = lambda _: None,
    ) -> None:
        boundary = token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = _head(boundary, (*fields, (name, filename)))
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._file = file
        self._range = byte_range
        self._on_read = on_read
        self._read_bytes = 0
        self._parts = self._read_parts()
        self._started = False

    def __len__(self) -> int:
        return len(self._head) + self._range.end - self._range.start + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    @property
    def started(self) -> bool:
        """Whether a byte was read since the last rewind."""
        return self._started

    def rewind(self) -> None:
        """Start again, for another attempt."""
        self._on_read(-self._read_bytes)
        self._read_bytes = 0
        self._parts = self._read_parts()
        self._started = False

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - pieces of our own size are faster
        """The next piece, up to 64 KiB; empty at the end.

        Raises:
            DatasetError: the file is not, or no longer, the one that was checked.
        """
        self._started = True
        return next(self._parts, b"")

    def _read_parts(self) -> Iterator[bytes]:
        yield self._head
        for block in self._file.blocks(self._range, self._count):
            for start in range(0, len(block), _PIECE):
                yield block[start : start + _PIECE]
        yield self._tail

    def _count(self, size: int) -> None:
        self._read_bytes += size
        self._on_read(size)


def file_body(
    file: LocalFile, filename: str, on_read: Callable[[int], None] = lambda _: None
) -> FormBody:
    """The form of ``POST /files``: a whole file, purpose fine-tune.

    Raises:
        ConfigurationError: the name cannot be written in a header.
    """
    return FormBody(
        file,
        file.whole(),
        name="file",
        filename=checked_name(filename),
        fields=(("purpose", "fine-tune"),),
        on_read=on_read,
    )


def part_body(
    file: LocalFile, byte_range: ByteRange, on_read: Callable[[int], None] = lambda _: None
) -> FormBody:
    """The form of ``POST /uploads/{id}/parts``."""
    return FormBody(file, byte_range, name="data", filename="part", on_read=on_read)


def checked_name(filename: str) -> str:
    """The name, if it may be sent: letters, digits, dot, hyphen and underscore.

    Raises:
        ConfigurationError: it may not.
    """
    if not _FILENAME.fullmatch(filename):
        msg = f"{filename[:200]!r} cannot be the name of an uploaded file."
        raise ConfigurationError(msg)
    return filename


def _head(boundary: str, fields: tuple[tuple[str, str], ...]) -> bytes:
    """All of a form up to the content of its last field, which is a file."""
    *texts, (name, filename) = fields
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'
        for each, value in texts
    ]
    file = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    lines.append(f"--{boundary}\r\n{file}\r\nContent-Type: application/jsonl\r\n\r\n")
    return "".join(lines).encode()
