"""The application: all routes behind the gate."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from emulator import admin, entra, metadata, storage
from emulator.arm.dispatch import arm_routes
from emulator.arm.table import ARM_TABLE
from emulator.backend import Backend
from emulator.data_table import DATA_TABLE
from emulator.dispatch import data_routes, named
from emulator.gate import Gate


def build_app(backend: Backend) -> ASGIApp:
    """An ASGI application on the backend."""
    routes = [
        *admin.ROUTES,
        *storage.ROUTES,
        *metadata.ROUTES,
        *arm_routes(ARM_TABLE),
        Route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            named("entra.configuration", entra.configuration),
        ),
        Route("/{tenant}/oauth2/v2.0/token", named("entra.token", entra.token), methods=["POST"]),
        Route("/{tenant}/oauth2/token", named("entra.token", entra.token), methods=["POST"]),
        *data_routes(DATA_TABLE),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})
    app.state.backend = backend
    return Gate(app, backend)


async def _unrouted(request: Request, error: Exception) -> Response:
    if request.url.path.lower().startswith(("/subscriptions", "/tenants")):
        return _unrouted_arm(request, error)
    # The data plane says the same of a path, a method and a version that it does not know.
    return JSONResponse({"error": {"code": "404", "message": "Resource not found"}}, 404)


def _unrouted_arm(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:  # noqa: PLR2004  HTTP
        text = f"The requested resource does not support http method '{request.method}'."
        return JSONResponse({"error": {"code": "MethodNotAllowed", "message": text}}, 405)
    text = f"The resource path '{request.url.path}' is not one of this emulator."
    return JSONResponse({"error": {"code": "InvalidResourceType", "message": text}}, 404)
