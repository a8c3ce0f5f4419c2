"""Who may use the admin routes: programs on this machine, never a page in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from aoai_emulator.state.json_response import JSONResponse

PREFIX: Final = "/_emulator"
_SAME: Final = ("same-origin", "none")


def refusal(method: str, headers: Mapping[str, str], own: str) -> Response | None:
    """The answer to a request that may come from another site; None for any other.

    A browser sends ``Origin`` and ``Sec-Fetch-Site`` by itself and lets a page send JSON to another
    site only after asking, which is never granted here.

    Args:
        method: the request's.
        headers: the request's.
        own: the emulator's own URL.
    """
    origin = headers.get("origin")
    if origin not in (None, own) or headers.get("sec-fetch-site", "none") not in _SAME:
        return _refused(403, "Admin routes do not answer to pages of other sites.")
    size = headers.get("content-length", "0")
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if method != "GET" and size != "0" and kind != "application/json":
        return _refused(415, f"Send application/json, not {kind or 'a body without a type'}.")
    return None


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)
