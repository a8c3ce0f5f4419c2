"""An account on the wire."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.state.account_records import MadeAccount
from aoai_emulator.state.clock import shortest
from aoai_emulator.state.world import Account

TYPE: Final = "Microsoft.CognitiveServices/accounts"
_FACTS: Final = Path(__file__).with_name("account_facts.yaml")
_BEGAN: Final = "2025-01-01T00:00:00Z"  # of the accounts of the world file


def shown(call: Call, account: Account) -> dict[str, Any]:
    """An account on the wire; what was not asked for is absent."""
    made = call.backend.accounts.get(account.name)
    body = {
        "id": arm_id(call, account.id),
        "name": account.name,
        "type": TYPE,
        "etag": etag(account, made),
        "location": made.location_sent if made else account.location,
        "sku": made.sku if made else {"name": "S0"},
        "kind": account.kind,
        "tags": made.tags if made else {},
        "identity": _identity(call, account),
        "properties": _properties(call, account, made),
        "systemData": _system_data(made),
    }
    return {name: value for name, value in body.items() if value is not None}


def etag(account: Account, made: MadeAccount | None) -> str:
    """The ETag, with quotes: the form is recorded, the digits follow from the last write."""
    revision = f"{made.revision}.{made.state}" if made else "0"
    digits = hashlib.sha256(f"{account.id}.{revision}".encode()).hexdigest()
    return f'"{digits[:8]}-0000-2300-0000-{digits[8:20]}"'


def _properties(call: Call, account: Account, made: MadeAccount | None) -> dict[str, Any]:
    year = call.backend.settings.account_limits
    facts = _facts()
    endpoint = _endpoint(call, account)
    sent = dict(made.properties) if made else {}
    fields = {
        "endpoint": endpoint,
        "internalId": hashlib.md5(account.id.encode(), usedforsecurity=False).hexdigest(),
        "dateCreated": shortest(made.created_at) if made else _BEGAN,
        "apiProperties": sent.pop("apiProperties", {}),
        "callRateLimit": {"rules": facts["rules"]},
        "isMigrated": False,
        "customSubDomainName": account.name if account.custom_domain else None,
        "allowProjectManagement": sent.pop("allowProjectManagement", account.kind == "AIServices"),
        "privateEndpointConnections": [],
        "publicNetworkAccess": sent.pop("publicNetworkAccess", "Enabled"),
        "disableLocalAuth": None if made and account.local_auth else not account.local_auth,
        "capabilities": [_capability(call, each) for each in facts["capabilities"][year]],
        "endpoints": dict.fromkeys(facts["endpoints"][year], endpoint),
        "provisioningState": account.state,
    }
    fields |= {name: value for name, value in sent.items() if name not in fields}
    return {name: value for name, value in fields.items() if value is not None}


def _capability(call: Call, given: dict[str, str]) -> dict[str, str]:
    value = given.get("value", "")
    if value.startswith("<"):
        return {**given, "value": str(getattr(call.backend.settings, value[1:-1]))}
    return given


def _endpoint(call: Call, account: Account) -> str:
    """Of the account where it has a name of its own, else of the region, as in Azure."""
    if account.custom_domain:
        return call.url(f"/{account.name}/")
    return f"https://{account.location}.api.cognitive.microsoft.com/"


def _system_data(made: MadeAccount | None) -> dict[str, str] | None:
    if made is None:
        return None
    return {
        "createdBy": made.created_by,
        "createdByType": "Application",
        "createdAt": shortest(made.created_at),
        "lastModifiedBy": made.modified_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": shortest(made.modified_at),
    }


def _identity(call: Call, account: Account) -> dict[str, Any] | None:
    principal = call.backend.world.principal_named(account.identity or "")
    if principal is None:
        return None
    name = f"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{principal.name}"
    group = f"/subscriptions/{account.subscription_id}/resourceGroups/{account.resource_group}"
    ids = {
        "principalId": principal.object_id(account.tenant_id),
        "clientId": principal.client_id,
    }
    return {"type": "UserAssigned", "userAssignedIdentities": {group + name: ids}}


@cache
def _facts() -> dict[str, Any]:
    return dict(yaml.safe_load(_FACTS.read_text(encoding="utf-8")))
