"""The headers that every answer of the data plane has."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from aoai_emulator.calls.versions import supported
from aoai_emulator.state.errors import Surface

SECURE: Final = {
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
}
_REGIONS: Final = {
    "australiaeast": "Australia East",
    "canadaeast": "Canada East",
    "eastus": "East US",
    "eastus2": "East US 2",
    "francecentral": "France Central",
    "northcentralus": "North Central US",
    "southcentralus": "South Central US",
    "swedencentral": "Sweden Central",
    "switzerlandnorth": "Switzerland North",
    "switzerlandwest": "Switzerland West",
    "uksouth": "UK South",
    "westeurope": "West Europe",
    "westus": "West US",
    "westus3": "West US 3",
}
_JSON: Final = "application/json"


def region_title(location: str) -> str:
    """A region as ``x-ms-region`` names it; one without a known title as it is."""
    return _REGIONS.get(location, location)


def add_headers(response: Response, request: Request, surface: Surface, service: str) -> None:
    """Add what Azure's gateway and the service behind it add.

    Args:
        response: the answer; headers that it has already stay.
        request: what is answered.
        surface: where it arrived.
        service: ``authoring``, ``inference`` or ``evals``.
    """
    account = request.app.state.backend.world.account(request.path_params["account"])
    there = {name for name, _ in response.raw_headers}
    added = _added(surface, service, account.location if account else None)
    response.raw_headers += [pair for pair in added if pair[0] not in there]
    headers = response.headers
    if service == "authoring" and headers.get("content-type") == _JSON:
        headers["content-type"] = f"{_JSON}; charset=utf-8"
    if service != "authoring":
        headers.setdefault("x-request-id", str(uuid4()))


@lru_cache(maxsize=256)
def _added(surface: Surface, service: str, location: str | None) -> tuple[tuple[bytes, bytes], ...]:
    """What all answers of a service in a region have."""
    found = dict(SECURE)
    if location:
        found["x-ms-region"] = region_title(location)
    if service == "authoring" or surface == "project":
        found["api-supported-versions"] = supported(surface, service)
    if service == "evals":
        found |= {"openai-version": "2020-10-01", "openai-processing-ms": "30"}
    return tuple((name.encode(), value.encode()) for name, value in found.items())
