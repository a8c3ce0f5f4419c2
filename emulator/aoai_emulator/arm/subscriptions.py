"""What tools ask of ARM first: tenants, subscriptions, resource groups, providers."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from aoai_emulator.arm import registration
from aoai_emulator.arm.dispatch import VERSIONS
from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Subscription
from aoai_emulator.state.world_parts import ResourceGroup

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


def _groups(call: Call) -> list[ResourceGroup]:
    wanted = call.params["subscription"].lower()
    return [g for g in call.backend.accounts.groups() if g.subscription_id.lower() == wanted]


def _group(call: Call, group: ResourceGroup) -> dict[str, Any]:
    body = {
        "id": arm_id(call, f"/subscriptions/{group.subscription_id}/resourceGroups/{group.name}"),
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": {"provisioningState": "Succeeded"},
    }
    return {name: value for name, value in body.items() if value}


def groups(call: Call) -> Response:
    """GET the resource groups of a subscription."""
    return JSONResponse({"value": [_group(call, each) for each in _groups(call)]})


def group(call: Call) -> Response:
    """GET one resource group; its name in any letter case."""
    wanted = call.params["group"].lower()
    for each in _groups(call):
        if each.name.lower() == wanted:
            return JSONResponse(_group(call, each))
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
        "registrationState": "Registered" if _is_registered(call) else "NotRegistered",
        "resourceTypes": types,
    }


def providers(call: Call) -> Response:
    """GET the resource providers of a subscription."""
    return JSONResponse({"value": [_provider(call)]})


def provider(call: Call) -> Response:
    """GET the resource provider of Cognitive Services."""
    return JSONResponse(_provider(call))


def _is_registered(call: Call) -> bool:
    return registration.is_registered(call.backend, call.params["subscription"])


def register(call: Call) -> Response:
    """POST register: the subscription may use Cognitive Services from now on."""
    registration.register(call.backend, call.params["subscription"])
    return JSONResponse(_provider(call))
