"""The application: all routes behind the middleware."""

from __future__ import annotations

import logging
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from aoai_emulator.admin import admin_routes
from aoai_emulator.arm.dispatch import arm_routes
from aoai_emulator.authoring import blob_storage
from aoai_emulator.calls.data_headers import SECURE
from aoai_emulator.calls.dispatch import data_routes, named
from aoai_emulator.entra import managed_identity, metadata, token_routes
from aoai_emulator.server.data_plane import DATA_TABLE
from aoai_emulator.server.inference_table import PROJECT_TABLE
from aoai_emulator.server.middleware import Middleware
from aoai_emulator.server.resource_manager import ARM_TABLE
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse

_LOG: Final = logging.getLogger("emulator")


def build_app(backend: Backend) -> ASGIApp:
    """An ASGI application on the backend."""
    return Middleware(build_routes(backend), backend)


def build_routes(backend: Backend) -> Starlette:
    """All routes, without the middleware."""
    routes: list[BaseRoute] = [
        *admin_routes.ROUTES,
        *blob_storage.ROUTES,
        *metadata.ROUTES,
        *managed_identity.ROUTES,
        *arm_routes(ARM_TABLE),
        Route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            named("entra.configuration", token_routes.configuration),
        ),
        Route(
            "/{tenant}/oauth2/v2.0/token",
            named("entra.token", token_routes.token),
            methods=["POST"],
        ),
        Route("/{tenant}/oauth2/token", named("entra.token", token_routes.token), methods=["POST"]),
        *data_routes(DATA_TABLE, PROJECT_TABLE),
    ]
    handlers = {HTTPException: _unrouted, Exception: _broken}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.backend = backend
    return app


async def _broken(request: Request, error: Exception) -> Response:
    """A fault of the emulator itself, which must not look like one of Azure's."""
    _LOG.error("%s %s", request.method, request.url.path, exc_info=error)
    text = f"The emulator itself is at fault: {type(error).__name__}. Its log has the rest."
    return JSONResponse({"error": {"code": "EmulatorFault", "message": text}}, 500)


async def _unrouted(request: Request, error: Exception) -> Response:
    if request.url.path.lower().startswith(("/subscriptions", "/tenants")):
        return _unrouted_arm(request, error)
    # The data plane says the same of a path, a method and a version that it does not know.
    error_body = {"code": "404", "message": "Resource not found"}
    return JSONResponse({"error": error_body}, 404, SECURE)


def _unrouted_arm(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:  # noqa: PLR2004  HTTP
        text = f"The requested resource does not support http method '{request.method}'."
        return JSONResponse({"error": {"code": "MethodNotAllowed", "message": text}}, 405)
    text = f"The resource path '{request.url.path}' is not one of this emulator."
    return JSONResponse({"error": {"code": "InvalidResourceType", "message": text}}, 404)
