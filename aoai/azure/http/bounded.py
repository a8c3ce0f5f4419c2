"""Connections that cannot be held: each attempt is bounded in time, and its answer in bytes.

A read timeout starts anew with every byte, so a server that sends one byte a second, in the status
line, a header or the body, would hold a thread for ever. The time-outs here are those of the whole
request and of the whole answer, wherever the bytes are read.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection

HEADER_LIMIT = 256 * 1024
"""Bytes of a status line with its headers; real ones have some kB, a signed URL 3.3 kB."""

ANSWER_LIMIT = 16 * 1024 * 1024
"""Bytes of an answer; the largest real ones are lists of some 100 kB."""

SLOWEST = 20_000
"""Bytes a second: a body that is taken more slowly than this, on the whole, is given up."""

_WIRE_LIMIT = 2 * ANSWER_LIMIT  # bytes of an answer with the framing of its chunks
_BUFFER = 64 * 1024  # bytes
_BLOCK = 64 * 1024  # bytes handed to the socket at once


class TooSlow(TimeoutError):
    """The time of a whole request, or of a whole answer, is up."""


class TooLong(OSError):
    """An answer is longer than any real one."""


class CutHeaders(ConnectionError):
    """An answer ends within its headers, which http.client takes for their end."""


class Limits:
    """The time that is left for one attempt.

    Args:
        clock: a monotonic clock in seconds.
        seconds: for the whole answer; and for the request, beside what its body needs.
        size: bytes of the request's body.
    """

    def __init__(self, clock: Callable[[], float], seconds: float, size: int = 0) -> None:
        self._clock = clock
        self._seconds = seconds
        self._until = clock() + seconds + size / SLOWEST
        self._doing = "the request was taken too slowly"
        self.started = False
        """Whether a byte of the request went to the network."""

    def begin_answer(self) -> None:
        """The request is sent: from now on the time is that of the answer."""
        self._until = self._clock() + self._seconds
        self._doing = "the answer came too slowly"

    def left(self) -> float:
        """Seconds.

        Raises:
            TooSlow: there are none.
        """
        left = self._until - self._clock()
        if left <= 0:
            raise TooSlow(self._doing)
        return left


_current: ContextVar[Limits | None] = ContextVar("limits of this thread's attempt", default=None)


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """Within the block, the connections of a ``BoundedAdapter`` keep to these limits."""
    token = _current.set(limits)
    try:
        yield
    finally:
        _current.reset(token)


def assume_started() -> None:
    """The attempt of this thread may have sent all: its bytes are not seen here."""
    if limits := _current.get():
        limits.started = True


class BoundedAdapter(HTTPAdapter):
    """Requests' adapter, with connections that keep to the limits of the attempt."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Set up the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        _bound(manager)
        return manager


def _bound(manager: Any) -> None:
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": _Pool}


class _Raw(io.RawIOBase):
    """What a socket gives, within the limits."""

    def __init__(self, sock: Any, limits: Limits) -> None:
        super().__init__()
        self._sock = sock
        self._limits = limits
        self._source: Any = sock.makefile("rb", buffering=0)
        self._timeout = sock.gettimeout()
        self._left = HEADER_LIMIT
        self._in_headers = True
        self._what = "its headers are longer than 256 KiB"

    def begin_body(self) -> None:
        """The headers are read."""
        self._left = _WIRE_LIMIT
        self._in_headers = False
        self._what = "the answer is longer than 16 MiB"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._left <= 0:
            raise TooLong(self._what)
        left = self._limits.left()
        self._sock.settimeout(left if self._timeout is None else min(left, self._timeout))
        count: int | None = self._source.readinto(memoryview(buffer)[: self._left])
        self._left -= count or 0
        if not count and self._in_headers and self._left < HEADER_LIMIT:
            raise CutHeaders("the answer broke off within its headers")
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


class _Readable:
    """The one method of a socket that http.client's response uses."""

    def __init__(self, raw: _Raw) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw, _BUFFER)


class _Response(http.client.HTTPResponse):
    """Http.client's response, reading from a bounded socket."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        limits = _current.get()
        self._raw = _Raw(sock, limits) if limits else None
        if limits:
            limits.begin_answer()
        source: Any = _Readable(self._raw) if self._raw else sock
        super().__init__(source, *args, **kwargs)

    def begin(self) -> None:
        super().begin()
        if self._raw:
            self._raw.begin_body()


class _Connection(HTTPSConnection):
    response_class = _Response

    def send(self, data: Any) -> None:
        """Send bytes block by block, each within what is left of the time."""
        limits = _current.get()
        if limits is None or self.sock is None or not isinstance(data, bytes | bytearray):
            super().send(data)
            return
        limits.started = True
        timeout = self.sock.gettimeout()
        view = memoryview(data)
        while view:
            left = limits.left()
            self.sock.settimeout(left if timeout is None else min(left, timeout))
            view = view[self.sock.send(view[:_BLOCK]) :]
        self.sock.settimeout(timeout)


class _Pool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Connection
