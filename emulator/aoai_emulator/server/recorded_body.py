"""The JSON body of a request, for the recorder: small, and without the query of a URL in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from starlette.types import Message, Receive

_MOST_BYTES = 64 * 1024


def recording(receive: Receive, headers: Mapping[str, str], keep: Callable[[Any], None]) -> Receive:
    """Pass a body on and keep a copy, if it is JSON and not larger than 64 KiB."""
    if not headers.get("content-type", "").startswith("application/json"):
        return receive
    body = bytearray()

    async def received() -> Message:
        message = await receive()
        if len(body) <= _MOST_BYTES:
            body.extend(message.get("body", b""))
            if not message.get("more_body") and len(body) <= _MOST_BYTES:
                keep(_read(bytes(body)))
        return message

    return received


def _read(body: bytes) -> Any:
    try:
        return _masked(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _masked(value: Any) -> Any:
    """The same without the queries of URLs: a SAS is a credential."""
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, str) and "://" in value and "?" in value:
        return urlunsplit(urlsplit(value)._replace(query="***"))
    return value
