"""Entra ID's token endpoint, as far as azure-identity and MSAL call it."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Tenant

ANY: Final = Tenant("organizations", "organizations", "organizations")
"""The authority that names no tenant; it means a principal's first tenant."""
_ANY_NAMES: Final = ("organizations", "common")
_SKEW: Final = 300
_KNOWN_AUDIENCE = re.compile(r"https://[A-Za-z0-9.\-:]+/?$")


def _error(backend: Backend, status: int, error: str, number: int, text: str) -> Response:
    trace = backend.ids.new()
    moment = datetime.fromtimestamp(backend.clock.now(), UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    described = f"AADSTS{number}: {text} Trace ID: {trace} Timestamp: {moment}"
    body = {
        "error": error,
        "error_description": described,
        "error_codes": [number],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": trace,
    }
    return JSONResponse(body, status)


async def configuration(request: Request) -> Response:
    """The OpenID configuration of a tenant."""
    backend: Backend = request.app.state.backend
    tenant = _tenant(backend, request)
    if tenant is None:
        return _no_tenant(backend, request)
    name = request.path_params["tenant"] if tenant is ANY else tenant.id
    base = f"{backend.url}/{name}"
    return JSONResponse(_configuration(backend.url, base))


async def token(request: Request) -> Response:
    """An access token for a client secret or a client assertion (grant client_credentials)."""
    backend: Backend = request.app.state.backend
    tenant = _tenant(backend, request)
    if tenant is None:
        return _no_tenant(backend, request)
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    refused = _refusal(backend, tenant, form)
    if refused:
        return refused
    client = form["client_id"].lower()
    text, lifetime = backend.tokens.issue(_home(backend, tenant, client), client, _audience(form))
    body = {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": text,
    }
    return JSONResponse(body, headers={"cache-control": "no-store"})


def _refusal(backend: Backend, tenant: Tenant, form: dict[str, str]) -> Response | None:
    client = form.get("client_id", "")
    principal = backend.world.principal(client)
    if form.get("grant_type") != "client_credentials":
        text = "The emulator issues tokens for the grant client_credentials only."
        return _error(backend, 400, "unsupported_grant_type", 70003, text)
    if principal is None or tenant.id not in (ANY.id, *principal.tenant_ids):
        text = f"Application with identifier '{client}' was not found in '{tenant.name}'."
        return _error(backend, 400, "unauthorized_client", 700016, text)
    problem = _assertion_problem(form, time.time())
    if problem:
        return _error(backend, 401, "invalid_client", *problem)
    if "client_assertion" not in form and form.get("client_secret") != principal.secret:
        text = f"Invalid client secret provided for app '{client}'."
        return _error(backend, 401, "invalid_client", 7000215, text)
    if not _KNOWN_AUDIENCE.match(_audience(form)):
        text = "The provided value for the input parameter 'scope' is not valid."
        return _error(backend, 400, "invalid_scope", 70011, text)
    return None


def _home(backend: Backend, tenant: Tenant, client: str) -> str:
    """The tenant of a token: the principal's first one where the authority names none."""
    principal = backend.world.principal(client)
    return principal.tenant_ids[0] if principal and tenant is ANY else tenant.id


def _assertion_problem(form: dict[str, str], now: float) -> tuple[int, str] | None:
    """What is wrong with a federated assertion, as far as is known without its issuer."""
    assertion = form.get("client_assertion")
    if assertion is None:
        return None
    claims = _claims(assertion)
    if claims is None:
        return 50027, "JWT token is invalid or malformed."
    begins, ends = claims.get("nbf", 0), claims.get("exp", 0)
    times = all(isinstance(each, int | float) for each in (begins, ends))
    if not times or not begins - _SKEW <= now < ends:
        return 700024, "Client assertion is not within its valid time range."
    return None


def _claims(assertion: str) -> dict[str, Any] | None:
    parts = assertion.split(".")
    if len(parts) != 3:  # noqa: PLR2004  a JWT
        return None
    try:
        body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _audience(form: dict[str, str]) -> str:
    if "resource" in form:
        return form["resource"]
    scopes = [each for each in form.get("scope", "").split() if each.endswith("/.default")]
    return scopes[0].removesuffix("/.default") if scopes else ""


def _tenant(backend: Backend, request: Request) -> Tenant | None:
    name = request.path_params["tenant"]
    return ANY if name.lower() in _ANY_NAMES else backend.world.tenant(name)


def _no_tenant(backend: Backend, request: Request) -> Response:
    text = f"Tenant '{request.path_params['tenant']}' not found. Check that the tenant ID is right."
    return _error(backend, 400, "invalid_request", 90002, text)


def _configuration(url: str, base: str) -> dict[str, Any]:
    return {
        "issuer": f"{base}/v2.0",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "tenant_region_scope": "EU",
        "cloud_instance_name": url.removeprefix("https://"),
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
        "response_types_supported": ["code", "id_token", "token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "claims_supported": ["sub", "iss", "aud", "tid"],
        "scopes_supported": ["openid"],
    }
