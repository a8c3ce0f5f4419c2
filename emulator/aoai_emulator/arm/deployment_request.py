"""What a PUT or PATCH of a deployment may ask for, and the deployment that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from aoai_emulator.arm import rai_policies
from aoai_emulator.arm.capacity import usage
from aoai_emulator.arm.deployment_body import (
    EXTRA,
    check_name,
    read_model,
    read_properties,
    read_running,
    read_sku,
    read_tags,
    read_upgrade,
    unknown_member,
)
from aoai_emulator.arm.model_source import ServedModel, model_words, served_model
from aoai_emulator.calls.call import Call
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.errors import Refused

# Served from the region itself, so the region must train the model itself.
_REGIONAL: Final = ("Standard", "ProvisionedManaged")


def wanted(call: Call, name: str, old: Deployment | None) -> Deployment:
    """The deployment that a PUT asks for; Refused says why there is none."""
    check_name(name)
    body = call.json()
    properties = read_properties(call, body)
    sku, sku_name = read_sku(call, body.get("sku"))
    served = served_model(call, read_model(call, properties))
    _check_offer(call, served, sku_name, properties.get("raiPolicyName"))
    _check_single(call, served, name)
    _check_change(call, served, old)
    if old is None:
        _check_room(call, served)
    _check_quota(call, _Asked(served.base, served.tuned, sku_name, int(sku["capacity"])), old)
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
        created_at=old.created_at if old else now,
        modified_at=now,
        created_by=old.created_by if old else author,
        modified_by=author,
        operation="",
        state="Accepted" if old else "Creating",
        ready_at=old.ready_at if old else None,
        last_call_at=old.last_call_at if old else None,
        rai_policy=properties.get("raiPolicyName"),
        upgrade=read_upgrade(properties, tuned=served.tuned),
        sku_name=sku_name,
        etag=call.backend.ids.uuid(),
        tags=read_tags(body),
        running=read_running(properties),
        extra={key: properties[key] for key in EXTRA if key in properties},
    )


def check_patch(call: Call, old: Deployment) -> Deployment:
    """The deployment after a PATCH of ``tags`` and ``sku``."""
    body = call.json()
    for field in body:
        if field not in ("tags", "sku"):
            raise unknown_member(field)
    sku, sku_name = read_sku(call, {**old.sku, **body.get("sku", {})})
    _check_quota(call, _Asked(old.base, old.tuned, sku_name, int(sku["capacity"])), old)
    return replace(
        old,
        sku=sku,
        sku_name=sku_name,
        tags=read_tags(body) if "tags" in body else old.tags,
        modified_at=call.now,
        modified_by=call.caller.object_id,
        etag=call.backend.ids.uuid(),
        state="Accepted",
    )


def _check_offer(call: Call, served: ServedModel, sku: str, policy: object) -> None:
    """The model, the SKU and the policy must be had in the account."""
    _check_age(call, served)
    _check_place(call, served, sku)
    _check_policy(call, policy)


def _check_age(call: Call, served: ServedModel) -> None:
    """A model of the past is not deployed anew; the words are those of azd's users, 2025."""
    base = call.backend.catalog.find(served.base)
    if base is None or base.retired is None or served.tuned:
        return
    if call.now >= parse_iso(base.retired):
        month, day, year = base.retired[5:7], base.retired[8:10], base.retired[:4]
        text = (
            f"The model '{model_words(served.model)}' has been deprecated since"
            f" {month}/{day}/{year} 00:00:00."
        )
        raise Refused(400, "ServiceModelDeprecated", text)


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


def _check_policy(call: Call, name: object) -> None:
    if name is None or not call.backend.settings.rai_policies_checked:
        return
    if not rai_policies.is_known(call.backend, call.home.name, str(name)):
        text = f"The RAI policy '{name}' is not in the account '{call.home.name}'."
        raise Refused(400, "InvalidResourceProperties", text)


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


@dataclass(frozen=True)
class _Asked:
    """What a deployment wants of a quota."""

    base: str
    tuned: bool
    sku: str
    capacity: int


def _check_quota(call: Call, wanted: _Asked, old: Deployment | None) -> None:
    base = call.backend.catalog.find(wanted.base)
    if base is None:
        return
    home = call.home
    found = usage(
        call.backend, home.subscription_id, home.location, base, wanted.sku, tuned=wanted.tuned
    )
    held = int(old.sku["capacity"]) if old and old.sku_name == wanted.sku else 0
    free = found.limit - found.used + held
    asked = wanted.capacity
    if asked > free:
        text = (
            f"This operation require {asked} new capacity in quota {found.title}, which is bigger"
            f" than the current available capacity {max(0, free)}. The current quota usage is"
            f" {found.used - held} and the quota limit is {found.limit} for quota {found.title}."
        )
        raise Refused(400, "InsufficientQuota", text)
