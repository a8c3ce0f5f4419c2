"""The JSON of an answer: what is read of it is bounded as well, not only its bytes."""

from __future__ import annotations

import json

VALUES_LIMIT = 1_000_000
"""Members, elements and containers of one answer.

The largest real answer, a month of metrics by the hour of all deployments, has some 100,000.
Sixteen MiB of ``{}`` would cost a minute and 1 GB.
"""

TOO_MANY_VALUES = "the answer holds more than a million JSON values"


def has_too_many_values(content: bytes) -> bool:
    """Whether a body may hold more values than any real answer.

    Punctuation within strings is counted too, and in every encoding that JSON may come in. Each
    value takes a byte at least: a short body has not that many.
    """
    if len(content) <= VALUES_LIMIT:
        return False
    return sum(content.count(mark) for mark in (b"{", b"[", b",")) > VALUES_LIMIT


def decode(content: bytes) -> object:
    """The JSON value of a body, or None if it is not JSON, nested too deep, or too large."""
    if has_too_many_values(content):
        return None
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value
