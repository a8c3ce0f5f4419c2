"""Accounts in ARM: get, list, keys. They come from the world and cannot be changed by a call."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from aoai_emulator.calls.auth import account_key
from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.world import Account

_TYPE = "Microsoft.CognitiveServices/accounts"


def shown(call: Call, account: Account) -> dict[str, Any]:
    """An account on the wire."""
    endpoint = call.url(f"/{account.name}/")
    return {
        "id": account.id,
        "name": account.name,
        "type": _TYPE,
        "kind": account.kind,
        "location": account.location,
        "sku": {"name": "S0"},
        "tags": {},
        "etag": '"emulated"',
        "identity": _identity(call, account),
        "properties": {
            "endpoint": endpoint,
            "endpoints": {
                "OpenAI Language Model Instance API": endpoint,
                "OpenAI Model Scaleset API": endpoint,
            },
            "provisioningState": "Succeeded",
            "customSubDomainName": account.name,
            "publicNetworkAccess": "Enabled",
            "disableLocalAuth": not account.local_auth,
            "internalId": account.name,
            "dateCreated": "2025-01-01T00:00:00.0000000Z",
            "isMigrated": False,
            "privateEndpointConnections": [],
            "callRateLimit": {"rules": []},
            "capabilities": [],
        },
    }


def _identity(call: Call, account: Account) -> dict[str, Any]:
    principal = call.backend.world.principal_named(account.identity or "")
    if principal is None:
        return {"type": "None"}
    name = f"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{principal.name}"
    group = f"/subscriptions/{account.subscription_id}/resourceGroups/{account.resource_group}"
    ids = {
        "principalId": principal.object_id(account.tenant_id),
        "clientId": principal.client_id,
    }
    return {"type": "UserAssigned", "userAssignedIdentities": {group + name: ids}}


def get(call: Call) -> Response:
    """GET one account."""
    return JSONResponse(shown(call, call.home))


def listed(call: Call) -> Response:
    """List the accounts of a subscription, or of a resource group in it."""
    subscription = call.params["subscription"].lower()
    group = call.params.get("group", "").lower()
    found = [
        account
        for account in call.backend.world.accounts
        if account.subscription_id.lower() == subscription
        and group in ("", account.resource_group.lower())
    ]
    return JSONResponse({"value": [shown(call, account) for account in found]})


def list_keys(call: Call) -> Response:
    """POST listKeys."""
    if not call.home.local_auth:
        text = "Failed to list key. disableLocalAuth is set to be true"
        raise Refused(400, "BadRequest", text)
    keys = {f"key{number}": account_key(call.backend, call.home, number) for number in (1, 2)}
    return JSONResponse(keys)
