"""The error answers of the three surfaces: classic data plane, v1 data plane, ARM (and Monitor)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import JSONResponse, Response

Surface = Literal["classic", "v1", "arm"]


class Refused(Exception):
    """A request that Azure would refuse: status, code and message go on the wire."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.param = param


def not_found(message: str = "Resource not found") -> Refused:
    """The data plane's 404 for a path, an object or an api-version that it does not have."""
    return Refused(404, "404" if message == "Resource not found" else "notFound", message)


def answer(error: Refused, surface: Surface) -> Response:
    """The error as the surface writes it."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.param and surface != "v1":
        body["target"] = error.param
    if surface == "v1":
        body |= {"param": error.param, "type": "error", "inner_error": None}
    return JSONResponse({"error": body}, error.status, error.headers)
