"""The fields of a deployment's body: which there are, by api-version, and what they may hold."""

from __future__ import annotations

import re
from typing import Any, Final

from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused

_TOP: Final = {"sku", "properties", "tags", "id", "name", "type", "etag", "systemData"}
_MODEL: Final = {"format", "name", "version", "source", "sourceAccount", "publisher"}
EXTRA: Final = {
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
_NO_UPGRADE: Final = "NoAutoUpgrade"
_UPGRADES: Final = ("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", _NO_UPGRADE)
_USUAL_SKU: Final = "Standard"
_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}")
# Limits of ARM for every resource (azure-resource-manager/management/tag-resources).
_MOST_TAGS: Final = 50
_LONGEST_TAG: Final = 512
_LONGEST_TAG_VALUE: Final = 256


def check_name(name: str) -> None:
    """Refuse a name that ARM would not take.

    Raises:
        Refused: it has other characters than letters, digits, ``-``, ``_`` and ``.``, or too many.
    """
    if not _NAME.fullmatch(name):
        text = f"The deployment name '{name}' is not valid: it must match {_NAME.pattern}."
        raise Refused(400, "InvalidResourceName", text)


def unknown_member(name: str) -> Refused:
    """The refusal of a field that the api-version does not have."""
    text = (
        "The request content was invalid and could not be deserialized:"
        f" 'Could not find member '{name}' on object of type 'DeploymentResource'.'"
    )
    return Refused(400, "InvalidRequestContent", text)


def read_properties(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """``properties``; a field that is not known is refused."""
    for field in body:
        if field not in _TOP or (field == "tags" and call.version < "2024-10-01"):
            raise unknown_member(field)
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise Refused(400, "InvalidRequestContent", "The request content has no 'properties'.")
    known = (
        _PROPERTIES | _READ_ONLY | {key for key, since in EXTRA.items() if call.version >= since}
    )
    if call.version >= "2025-12-01":
        known |= {"deploymentState"}
    for field in properties:
        if field not in known:
            raise unknown_member(field)
    return properties


def read_model(call: Call, properties: dict[str, Any]) -> dict[str, Any]:
    """``properties.model``."""
    model = properties.get("model")
    if not isinstance(model, dict) or not isinstance(model.get("name"), str):
        raise Refused(400, "InvalidResourceProperties", "The deployment names no model.")
    known = _MODEL if call.version >= "2024-10-01" else _MODEL - {"sourceAccount", "publisher"}
    for field in model:
        if field not in known and field != "callRateLimit":
            raise unknown_member(field)
    return model


def read_sku(call: Call, sku: Any) -> tuple[dict[str, Any], str]:
    """The SKU as it was sent, Standard with a capacity of 1 if it was not, and its own spelling."""
    if sku is None:
        sku = {"name": _USUAL_SKU}
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
    return {"name": sku["name"], "capacity": capacity}, name


def read_upgrade(properties: dict[str, Any], *, tuned: bool) -> str:
    """``versionUpgradeOption``; tuned models are not upgraded unless it is asked for."""
    usual = _NO_UPGRADE if tuned else _UPGRADES[0]
    given = properties.get("versionUpgradeOption") or usual
    known = {each.lower(): each for each in _UPGRADES}
    if str(given).lower() not in known:
        text = f"The versionUpgradeOption '{given}' is not one of: {', '.join(_UPGRADES)}."
        raise Refused(400, "InvalidResourceProperties", text)
    return known[str(given).lower()]


def read_tags(body: dict[str, Any]) -> dict[str, str] | None:
    """``tags``, None where there are none; ARM's limits hold."""
    tags = body.get("tags")
    if tags is None:
        return None
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise Refused(400, "InvalidRequestContent", "tags must map text to text.")
    if len(tags) > _MOST_TAGS:
        text = f"The resource has {len(tags)} tags; it may have at most {_MOST_TAGS}."
        raise Refused(400, "TagsLimitExceeded", text)
    for name, value in tags.items():
        if len(name) > _LONGEST_TAG or set(name) & set("<>%&\\?/"):
            text = (
                f"The tag name '{name[:80]}' is not valid: at most {_LONGEST_TAG} characters,"
                " none of them <, >, %, &, \\, ? or /."
            )
            raise Refused(400, "InvalidTagName", text)
        if len(value) > _LONGEST_TAG_VALUE:
            text = f"The value of tag '{name}' has more than {_LONGEST_TAG_VALUE} characters."
            raise Refused(400, "InvalidTagValueLength", text)
    return tags


def read_running(properties: dict[str, Any]) -> str:
    """``deploymentState``."""
    given = str(properties.get("deploymentState") or "Running").capitalize()
    if given not in ("Running", "Paused"):
        raise Refused(400, "InvalidResourceProperties", "deploymentState is Running or Paused.")
    return given
