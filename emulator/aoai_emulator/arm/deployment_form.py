"""A deployment on the wire, as an api-version shows it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.clock import shortest
from aoai_emulator.state.deployment_records import Deployment
from aoai_emulator.state.model_facts import facts_of

TYPE: Final = "Microsoft.CognitiveServices/accounts/deployments"
_OLDEST: Final = "2023-05-01"  # until then the key is ``ratelimits``, without currentCapacity
_TAGS_SINCE: Final = "2024-10-01"
_STATE_SINCE: Final = "2025-12-01"


def shown(call: Call, deployment: Deployment) -> dict[str, Any]:
    """A deployment on the wire; what was not sent and has no default is absent."""
    body: dict[str, Any] = {
        "id": arm_id(call, f"{call.home.id}/deployments/{deployment.name}"),
        "type": TYPE,
        "name": deployment.name,
        "sku": _sku(call, deployment),
        "properties": _properties(call, deployment),
        "systemData": _system_data(deployment),
        "etag": etag(deployment),
    }
    if deployment.tags is not None and call.version >= _TAGS_SINCE:
        body["tags"] = deployment.tags
    return body


def etag(deployment: Deployment) -> str:
    """The ETag, as the header and the body have it: with quotes."""
    return f'"{deployment.etag}"'


def _sku(call: Call, deployment: Deployment) -> dict[str, Any]:
    if call.backend.settings.sku_name_echoed:
        return deployment.sku
    return {**deployment.sku, "name": deployment.sku_name}


def _properties(call: Call, deployment: Deployment) -> dict[str, Any]:
    base = call.backend.catalog.find(deployment.base)
    facts, region = facts_of(base), call.home.location
    capacity = int(deployment.sku.get("capacity", 1))
    limits = "ratelimits" if call.version <= _OLDEST else "rateLimits"
    policy = deployment.rai_policy or call.backend.settings.rai_policy_default
    fields = {
        "model": _model(call, deployment),
        "versionUpgradeOption": deployment.upgrade,
        "currentCapacity": capacity if call.version > _OLDEST else None,
        "capabilities": facts.capabilities(region, tuned=deployment.tuned),
        "raiPolicyName": policy or None,
        "provisioningState": deployment.state,
        limits: facts.rate_limits(capacity),
        "headerOverrides": _header_overrides(base, deployment),
        "deploymentState": deployment.running if call.version >= _STATE_SINCE else None,
        **deployment.extra,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _model(call: Call, deployment: Deployment) -> dict[str, Any]:
    hidden = () if call.backend.settings.echo_source else ("source", "sourceAccount")
    return {name: value for name, value in deployment.model.items() if name not in hidden}


def _header_overrides(base: BaseModel | None, deployment: Deployment) -> dict[str, str] | None:
    """In no specification: what tuned models of other makers than OpenAI show."""
    if base is None or not deployment.tuned or base.format.startswith("OpenAI"):
        return None
    number = hashlib.md5(deployment.model["name"].encode(), usedforsecurity=False).hexdigest()
    return {
        "azureml-maas-model": f"azureml://registries/emulated/models/rp-{number}/versions/1",
        "x-ms-model-mesh-model-name": base.name,
    }


def _system_data(deployment: Deployment) -> dict[str, str]:
    return {
        "createdBy": deployment.created_by,
        "createdByType": "Application",
        "createdAt": shortest(deployment.created_at),
        "lastModifiedBy": deployment.modified_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": shortest(deployment.modified_at),
    }
