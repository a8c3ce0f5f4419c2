"""What a PUT or PATCH of a deployment may ask for, and the deployment that comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from aoai_emulator.arm.capacity import usage
from aoai_emulator.arm.model_source import ServedModel, served_model
from aoai_emulator.calls.call import Call
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.errors import Refused

_TOP: Final = {"sku", "properties", "tags", "id", "name", "type", "etag", "systemData"}
_MODEL: Final = {"format", "name", "version", "source", "sourceAccount", "publisher"}
_EXTRA: Final = {
    "parentDeploymentName": "2024-10-01",
    "spilloverDeploymentName": "2025-06-01",
    "serviceTier": "2025-12-01",
}
_PROPERTIES: Final = {
    "model",
    "raiPolicyName",
    "versionUpgradeOption",
    "scaleSettings",
    "currentCapacity",
}
_READ_ONLY: Final = {
    "provisioningState",
    "capabilities",
    "callRateLimit",
    "rateLimits",
    "dynamicThrottlingEnabled",
}
# Served from the region itself, so the region must train the model itself.
_REGIONAL: Final = ("Standard", "ProvisionedManaged")
_UPGRADES: Final = ("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade")


def wanted(call: Call, name: str, old: Deployment | None) -> Deployment:
    """The deployment that a PUT asks for; Refused says why there is none."""
    body = call.json()
    properties = _properties(call, body)
    sku = _sku(call, body)
    model = _model(call, properties)
    served = served_model(call, model)
    _check_place(call, served, str(sku["name"]))
    _check_single(call, served, name)
    _check_change(call, served, old)
    if old is None:
        _check_room(call, served)
    _check_quota(call, served.base, sku, old, tuned=served.tuned)
    author, now = call.caller.object_id, call.now
    return Deployment(
        id=name.lower(),
        name=old.name if old else name,
        account=call.home.name,
        model=served.model,
        sku=sku,
        base=served.base,
        tuned=served.tuned,
        training_file=served.training_file,
        training_account=served.account,
        created_at=old.created_at if old else now,
        modified_at=now,
        created_by=old.created_by if old else author,
        modified_by=author,
        operation="",
        state="Accepted" if old else "Creating",
        ready_at=old.ready_at if old else None,
        last_call_at=old.last_call_at if old else None,
        rai_policy=properties.get("raiPolicyName") or "Microsoft.DefaultV2",
        upgrade=_upgrade(properties),
        tags=_tags(body),
        running=_running(properties),
        extra={key: properties[key] for key in _EXTRA if key in properties},
    )


def check_patch(call: Call, old: Deployment) -> Deployment:
    """The deployment after a PATCH of ``tags`` and ``sku``."""
    body = call.json()
    for field in body:
        if field not in ("tags", "sku"):
            raise _unknown_member(field)
    sku = {**old.sku, **body.get("sku", {})}
    sku = _sku(call, {"sku": sku})
    _check_quota(call, old.base, sku, old, tuned=old.tuned)
    tags = _tags(body) if "tags" in body else old.tags
    author = call.caller.object_id
    return replace(
        old, sku=sku, tags=tags, modified_at=call.now, modified_by=author, state="Accepted"
    )


def _unknown_member(name: str) -> Refused:
    text = (
        "The request content was invalid and could not be deserialized:"
        f" 'Could not find member '{name}' on object of type 'DeploymentResource'.'"
    )
    return Refused(400, "InvalidRequestContent", text)


def _properties(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    for field in body:
        if field not in _TOP or (field == "tags" and call.version < "2024-10-01"):
            raise _unknown_member(field)
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise Refused(400, "InvalidRequestContent", "The request content has no 'properties'.")
    known = (
        _PROPERTIES | _READ_ONLY | {key for key, since in _EXTRA.items() if call.version >= since}
    )
    if call.version >= "2025-12-01":
        known |= {"deploymentState"}
    for field in properties:
        if field not in known:
            raise _unknown_member(field)
    return properties


def _model(call: Call, properties: dict[str, Any]) -> dict[str, Any]:
    model = properties.get("model")
    if not isinstance(model, dict) or not isinstance(model.get("name"), str):
        raise Refused(400, "InvalidResourceProperties", "The deployment names no model.")
    known = _MODEL if call.version >= "2024-10-01" else _MODEL - {"sourceAccount", "publisher"}
    for field in model:
        if field not in known and field != "callRateLimit":
            raise _unknown_member(field)
    return model


def _sku(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    sku = body.get("sku")
    if not isinstance(sku, dict) or not isinstance(sku.get("name"), str):
        raise Refused(400, "InvalidResourceProperties", "The deployment names no SKU.")
    name = call.backend.catalog.sku(sku["name"])
    if name is None:
        text = f"The specified SKU '{sku['name']}' of account deployment is not supported."
        raise Refused(400, "InvalidResourceProperties", text)
    capacity = sku.get("capacity", 1)
    if isinstance(capacity, str) and capacity.isdecimal():
        capacity = int(capacity)  # `az` sends text, and ARM reads it as a number
    if isinstance(capacity, bool) or not isinstance(capacity, int) or capacity < 1:
        text = f"The capacity {capacity!r} of account deployment is not a positive whole number."
        raise Refused(400, "InvalidResourceProperties", text)
    return {"name": name, "capacity": capacity}


def _check_place(call: Call, served: ServedModel, sku: str) -> None:
    region = call.home.location
    name, version = served.model["name"], served.model["version"]
    base = call.backend.catalog.find(served.base)
    if not call.backend.catalog.sku_in(sku, region):
        text = (
            f"The specified SKU '{sku}' of account deployment is not supported by the model"
            f" '{name}' version: '{version}' in {region}."
        )
        raise Refused(400, "InvalidResourceProperties", text)
    kind = "Standard" if sku in _REGIONAL else None
    if served.tuned and base and not base.trains_in(region, kind):
        text = (
            f"Creating account deployment is not supported by the model '{name}' in {region}:"
            " the region does not support fine-tuning of its base model."
        )
        raise Refused(400, "DeploymentModelNotSupported", text)


def _check_single(call: Call, served: ServedModel, name: str) -> None:
    if not served.tuned:
        return
    model = served.model["name"]
    for other in deployments(call.backend).list(call.home.name):
        if other.id != name.lower() and other.model["name"] == model:
            text = (
                f"The fine-tuned model '{model}' is already deployed as '{other.name}' in this"
                " account. A fine-tuned model can have only one deployment."
            )
            settings = call.backend.settings
            raise Refused(settings.second_deployment_status, settings.second_deployment_code, text)


def _check_change(call: Call, served: ServedModel, old: Deployment | None) -> None:
    refused = call.backend.settings.model_change_refused
    if old and refused and old.model["name"] != served.model["name"]:
        text = (
            f"The model of deployment '{old.name}' is '{old.model['name']}' and cannot be changed"
            f" to '{served.model['name']}'."
        )
        raise Refused(400, "InvalidResourceProperties", text)


def _check_room(call: Call, served: ServedModel) -> None:
    settings = call.backend.settings
    held = deployments(call.backend).list(call.home.name)
    tuned = sum(each.tuned for each in held)
    full = served.tuned and tuned >= settings.fine_tuned_deployments
    if full or len(held) >= settings.deployments_per_account:
        limit = settings.fine_tuned_deployments if full else settings.deployments_per_account
        text = f"The account has reached its limit of {limit} deployments."
        raise Refused(400, "DeploymentLimitReached", text)


def _check_quota(
    call: Call, base_name: str, sku: dict[str, Any], old: Deployment | None, *, tuned: bool
) -> None:
    base = call.backend.catalog.find(base_name)
    if base is None:
        return
    home, name = call.home, str(sku["name"])
    found = usage(call.backend, home.subscription_id, home.location, base, name, tuned=tuned)
    held = int(old.sku["capacity"]) if old and old.sku["name"] == name else 0
    free = found.limit - found.used + held
    asked = int(sku["capacity"])
    if asked > free:
        text = (
            f"This operation require {asked} new capacity in quota {found.title}, which is bigger"
            f" than the current available capacity {max(0, free)}. The current quota usage is"
            f" {found.used - held} and the quota limit is {found.limit} for quota {found.title}."
        )
        raise Refused(400, "InsufficientQuota", text)


def _upgrade(properties: dict[str, Any]) -> str:
    given = properties.get("versionUpgradeOption") or _UPGRADES[0]
    known = {each.lower(): each for each in _UPGRADES}
    if str(given).lower() not in known:
        text = f"The versionUpgradeOption '{given}' is not one of: {', '.join(_UPGRADES)}."
        raise Refused(400, "InvalidResourceProperties", text)
    return known[str(given).lower()]


def _tags(body: dict[str, Any]) -> dict[str, str] | None:
    tags = body.get("tags")
    if tags is None:
        return None
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise Refused(400, "InvalidRequestContent", "tags must map text to text.")
    return tags


def _running(properties: dict[str, Any]) -> str:
    given = str(properties.get("deploymentState") or "Running").capitalize()
    if given not in ("Running", "Paused"):
        raise Refused(400, "InvalidResourceProperties", "deploymentState is Running or Paused.")
    return given
