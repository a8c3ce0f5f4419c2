"""The error answers of the surfaces: classic data plane, v1, Foundry project, ARM (and Monitor)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import Response

from aoai_emulator.state.json_response import JSONResponse

Surface = Literal["classic", "v1", "project", "arm"]


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


class ModelError(Refused):
    """A request that the model behind a deployment refuses: OpenAI's own form, ``code`` null."""

    def __init__(self, message: str, param: str | None = None, status: int = 400) -> None:
        headers = {
            "access-control-allow-origin": "*",
            "ms-azureml-model-error-reason": "model_error",
            "ms-azureml-model-error-statuscode": str(status),
        }
        super().__init__(status, "", message, headers=headers, param=param)


def bad(message: str, param: str | None = None) -> Refused:
    """The request is not valid, as authoring answers; ``param`` names the field."""
    return Refused(400, "invalidPayload", message, param=param)


def not_found(message: str = "Resource not found") -> Refused:
    """The data plane's 404 for a path, an object or an api-version that it does not have."""
    return Refused(404, "404" if message == "Resource not found" else "notFound", message)


def no_entity() -> Refused:
    """The data plane's 404 for an id that it does not know, in the words recorded in 2024."""
    return not_found("The specified entity cannot be found.")


def answer(error: Refused, surface: Surface) -> Response:
    """The error as the surface writes it."""
    if isinstance(error, ModelError):
        return JSONResponse({"error": openai_form(error)}, error.status, error.headers)
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.param and surface != "v1":
        body["target"] = error.param
    if surface == "v1":
        body |= {"param": error.param, "type": "error", "inner_error": None}
    return JSONResponse({"error": body}, error.status, error.headers)


def openai_form(error: Refused) -> dict[str, Any]:
    """An error as OpenAI writes it."""
    return {
        "message": error.message,
        "type": "invalid_request_error",
        "param": error.param,
        "code": error.code or None,
    }
