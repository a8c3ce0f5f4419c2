"""What tools ask of ARM first: tenants, subscriptions, resource groups, providers."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from aoai_emulator.arm.dispatch import VERSIONS
from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.world import Subscription

_TYPES = ("accounts", "accounts/deployments", "locations/usages", "locations/models")


def _subscription(item: Subscription) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{item.id}",
        "subscriptionId": item.id,
        "tenantId": item.tenant_id,
        "displayName": item.name,
        "state": "Enabled",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EMULATOR",
            "spendingLimit": "Off",
        },
    }


def listed(call: Call) -> Response:
    """GET /subscriptions: those of the token's tenant."""
    found = [s for s in call.backend.world.subscriptions if s.tenant_id == call.caller.tenant_id]
    count = {"type": "Total", "value": len(found)}
    return JSONResponse({"value": [_subscription(each) for each in found], "count": count})


def get(call: Call) -> Response:
    """GET one subscription."""
    found = call.backend.world.subscription(call.params["subscription"])
    if found is None:
        raise LookupError("the dispatcher let an unknown subscription through")
    return JSONResponse(_subscription(found))


def tenants(call: Call) -> Response:
    """GET /tenants: the token's own."""
    tenant = call.backend.world.tenant(call.caller.tenant_id)
    if tenant is None:
        raise LookupError("the token's tenant is not in the world")
    row = {
        "id": f"/tenants/{tenant.id}",
        "tenantId": tenant.id,
        "displayName": tenant.name,
        "defaultDomain": tenant.domain,
    }
    return JSONResponse({"value": [row]})


def _groups(call: Call) -> dict[str, str]:
    """Resource groups of the subscription with the region of their first account."""
    wanted = call.params["subscription"].lower()
    held = [a for a in call.backend.world.accounts if a.subscription_id.lower() == wanted]
    return {account.resource_group: account.location for account in reversed(held)}


def _group(call: Call, name: str, location: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{call.params['subscription']}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": location,
        "properties": {"provisioningState": "Succeeded"},
    }


def groups(call: Call) -> Response:
    """GET the resource groups of a subscription."""
    rows = [_group(call, name, location) for name, location in _groups(call).items()]
    return JSONResponse({"value": rows})


def group(call: Call) -> Response:
    """GET one resource group."""
    wanted = call.params["group"].lower()
    for name, location in _groups(call).items():
        if name.lower() == wanted:
            return JSONResponse(_group(call, name, location))
    text = f"Resource group '{call.params['group']}' could not be found."
    raise Refused(404, "ResourceGroupNotFound", text)


def _provider(call: Call) -> dict[str, Any]:
    regions = sorted({account.location for account in call.backend.world.accounts})
    types = [
        {"resourceType": name, "locations": regions, "apiVersions": list(reversed(VERSIONS))}
        for name in _TYPES
    ]
    return {
        "id": f"/subscriptions/{call.params['subscription']}/providers/Microsoft.CognitiveServices",
        "namespace": "Microsoft.CognitiveServices",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "resourceTypes": types,
    }


def providers(call: Call) -> Response:
    """GET the resource providers of a subscription."""
    return JSONResponse({"value": [_provider(call)]})


def provider(call: Call) -> Response:
    """GET the resource provider of Cognitive Services."""
    return JSONResponse(_provider(call))
