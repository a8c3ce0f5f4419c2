"""The body of an answer, read to its end: bounded as it comes and as it unfolds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, Protocol

import requests

from aoai.azure.http.bounded import ANSWER_LIMIT, TooLong

_CHUNK = 64 * 1024  # bytes
_NO_GZIP = "the answer is not the gzip stream that it is labelled as"
_GZIP = zlib.MAX_WBITS + 16  # zlib's way to ask for gzip's header and checksum


class UnaskedEncoding(OSError):
    """The answer is encoded in a way that was not asked for and cannot be bounded."""


class BrokenOff(OSError):
    """The answer cannot be decoded to its end."""


def read_content(response: requests.Response) -> bytes:
    """The bytes of an answer, decoded.

    ``identity`` is what is asked for; gzip is taken all the same, since proxies add it.

    Raises:
        TooLong: there are more than 16 MiB, as sent or as decoded.
        TooSlow: they came too slowly.
        UnaskedEncoding: they are encoded in another way.
        BrokenOff: their gzip stream has no end, or is none.
        urllib3.exceptions.HTTPError: so it did in another way.
    """
    decoder = _decoder(response.headers.get("Content-Encoding", ""))
    content = bytearray()
    try:
        for chunk in _chunks(response.raw):
            # Never more than one byte above the limit is unfolded.
            content += decoder.decompress(chunk, ANSWER_LIMIT + 1 - len(content))
            if len(content) > ANSWER_LIMIT:
                raise TooLong("the answer is longer than 16 MiB")
    except zlib.error:
        raise BrokenOff(_NO_GZIP) from None
    if content and not decoder.eof:
        raise BrokenOff(_NO_GZIP)
    return bytes(content)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Identity:
    eof = True

    def decompress(self, data: bytes, max_length: int, /) -> bytes:  # noqa: ARG002 - as zlib's
        return data


def _decoder(encoding: str) -> _Decoder:
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _Identity()
    if name in {"gzip", "x-gzip"}:
        return zlib.decompressobj(_GZIP)
    raise UnaskedEncoding("the answer is in an encoding that was not asked for")


def _chunks(raw: Any) -> Iterator[bytes]:
    # read1 gives what is there, so that the time is looked at even if bytes only trickle.
    while chunk := raw.read1(_CHUNK, decode_content=False):
        yield chunk
