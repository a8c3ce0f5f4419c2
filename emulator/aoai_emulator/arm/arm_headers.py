"""The headers that every answer of Resource Manager has, and the few of Monitor's."""

from __future__ import annotations

from functools import cache
from typing import Final

from starlette.responses import Response

_EVERYWHERE: Final = {
    "cache-control": "no-cache",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
_MANAGER: Final = {"expires": "-1", "pragma": "no-cache"}
_KINDS: Final = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
# What was left after one call, of the budgets of 2025; the emulator has none that run out.
_LEFT: Final = {"reads": (16_499, 1_099), "writes": (11_999, 799), "deletes": (11_999, 799)}
_REMAINING: Final = "x-ms-ratelimit-remaining-subscription"


def finish(response: Response, method: str, *, monitor: bool) -> Response:
    """Put the headers on an answer."""
    added = _added(None if monitor else _KINDS.get(method, "writes"))
    kept = [pair for pair in response.raw_headers if pair[0] not in added]
    response.raw_headers[:] = [*kept, *added.items()]
    if not monitor and response.headers.get("content-type") == "application/json":
        response.headers["content-type"] = "application/json; charset=utf-8"
    return response


@cache
def _added(kind: str | None) -> dict[bytes, bytes]:
    """The headers of a kind of call; None for Monitor's."""
    found = dict(_EVERYWHERE)
    if kind:
        together, alone = _LEFT[kind]
        left = {f"{_REMAINING}-global-{kind}": str(together), f"{_REMAINING}-{kind}": str(alone)}
        found |= {**_MANAGER, **left}
    return {name.encode(): value.encode() for name, value in found.items()}
