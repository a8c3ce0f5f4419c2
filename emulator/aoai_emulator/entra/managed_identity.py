"""Managed identities: tokens without a secret, as machines in Azure get them.

Two forms are served. A virtual machine (IMDS) asks with the header ``Metadata: true``; App Service
and Functions ask with ``X-IDENTITY-HEADER``, which is the principal's secret here.
"""

from __future__ import annotations

import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.calls.dispatch import named
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Principal

IMDS: Final = "/metadata/identity/oauth2/token"
APP_SERVICE: Final = "/msi/token"


async def _imds(request: Request) -> Response:
    if request.headers.get("metadata", "").lower() != "true":
        return _refused("Required metadata header not specified")
    if "x-forwarded-for" in request.headers:
        return _refused("The request was forwarded")
    return _token(request, _principal(request))


async def _app_service(request: Request) -> Response:
    principal = _principal(request)
    secret = request.headers.get("x-identity-header")
    if principal is None or secret != principal.secret:
        return _refused("The header X-IDENTITY-HEADER is missing or wrong", 401)
    return _token(request, principal)


def _principal(request: Request) -> Principal | None:
    """The identity that is asked for; the world's first principal unless one is named."""
    backend: Backend = request.app.state.backend
    wanted = request.query_params.get("client_id")
    if wanted is not None:
        return backend.world.principal(wanted)
    return next(iter(backend.world.principals), None)


def _token(request: Request, principal: Principal | None) -> Response:
    backend: Backend = request.app.state.backend
    resource = request.query_params.get("resource")
    if principal is None or not resource:
        return _refused("Identity not found" if resource else "The parameter resource is missing")
    tenant = principal.tenant_ids[0]
    text, lifetime = backend.tokens.issue(tenant, principal.client_id.lower(), resource)
    now = int(time.time())
    body = {
        "access_token": text,
        "client_id": principal.client_id,
        "expires_in": str(lifetime),
        "expires_on": str(now + lifetime),
        "ext_expires_in": str(lifetime),
        "not_before": str(now),
        "resource": resource,
        "token_type": "Bearer",
    }
    return JSONResponse(body, headers={"cache-control": "no-store"})


def _refused(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": message}, status)


ROUTES: Final = [
    Route(IMDS, named("entra.imds", _imds)),
    Route(APP_SERVICE, named("entra.appService", _app_service)),
]
