"""Bodies of requests: they can be sent more than once, and say what of them must not be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Body(Protocol):
    """A request body that can be sent more than once, as a file."""

    content_type: str
    secrets: tuple[str, ...]
    """What must not be shown even if the service repeats it."""

    def __len__(self) -> int:
        """Bytes, for Content-Length."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Requests takes what can be iterated for a stream."""
        ...

    def read(self, size: int = -1) -> bytes:
        """The next bytes; it may return more than asked for."""
        ...

    def rewind(self) -> None:
        """Start again, for another attempt."""
        ...

    @property
    def started(self) -> bool:
        """Whether a byte was read since the last rewind."""
        ...


class BytesBody:
    """A body that is in memory."""

    def __init__(
        self,
        content: bytes,
        content_type: str = "application/json",
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.content_type = content_type
        self.secrets = secrets
        self._content = content
        self._read = False

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        yield self.read()

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - all of it is small enough to give
        """All of it the first time, then nothing."""
        content = b"" if self._read else self._content
        self._read = True
        return content

    def rewind(self) -> None:
        """Start again."""
        self._read = False

    @property
    def started(self) -> bool:
        """Whether it was read since the last rewind."""
        return self._read


def as_body(body: Body | Mapping[str, Any] | None) -> Body | None:
    """An object as JSON; a body of its own kind as it is."""
    if isinstance(body, Mapping):
        return BytesBody(json.dumps(body).encode())
    return body
