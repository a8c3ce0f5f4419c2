"""Where a deployment's model comes from: this account, another one, or another tenant's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aoai_emulator.calls.auth import Caller, auxiliary_callers
from aoai_emulator.calls.call import Call
from aoai_emulator.calls.roles import allows
from aoai_emulator.operations import job_life
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.job_records import TrainedModel, trained_models
from aoai_emulator.state.world import Account

# What the documented role, Cognitive Services OpenAI Contributor, allows and lesser ones do not.
_ACTION = "Microsoft.CognitiveServices/accounts/deployments/write"


@dataclass(frozen=True)
class ServedModel:
    """A model found: its wire form with the version filled in, and the file it was trained with."""

    model: dict[str, Any]
    base: str
    tuned: bool
    training_file: str | None = None


def served_model(call: Call, model: dict[str, Any]) -> ServedModel:
    """The model that a PUT names; Refused when it is nowhere, or not the caller's to take."""
    holder = _holder(call, model)
    job_life.catch_up(call.backend, holder.name)
    name = model["name"]
    tuned = trained_models(call.backend).get(holder.name, name)
    base = _base(call, model, tuned)
    wrong = base and model.get("format", base.format) != base.format
    if wrong and call.backend.settings.wrong_format_is_500:
        raise Refused(500, "InternalServerError", "")
    if wrong:
        raise _unsupported(model)
    if tuned:
        full = _wire(model, base.format if base else "OpenAI", "1")
        return ServedModel(full, tuned.base, True, tuned.training_file)
    if base is None or holder.id != call.home.id:
        raise _unsupported(model)
    return ServedModel(_wire(model, base.format, base.version), base.wire_name, False)


def _base(call: Call, model: dict[str, Any], tuned: TrainedModel | None) -> BaseModel | None:
    """The base model of a tuned one, or the one of the catalog that is named."""
    if tuned:
        return call.backend.catalog.find(tuned.base)
    return call.backend.catalog.find_version(model["name"], model.get("version"))


def _wire(model: dict[str, Any], form: str, version: str) -> dict[str, Any]:
    full = {"format": form, "name": model["name"], "version": version}
    return full | {key: value for key, value in model.items() if value is not None}


def model_words(model: dict[str, Any]) -> str:
    """A model as ARM's errors name it."""
    fields = ("publisher", "format", "name", "version", "source", "sourceAccount")
    return ", ".join(f"{field[0].upper()}{field[1:]}: {model.get(field) or ''}" for field in fields)


def _unsupported(model: dict[str, Any]) -> Refused:
    text = f"The model '{model_words(model)}' of account deployment is not supported."
    return Refused(400, "DeploymentModelNotSupported", text)


def _holder(call: Call, model: dict[str, Any]) -> Account:
    source, other = model.get("source"), model.get("sourceAccount")
    if other:
        account = _named(call, str(other), "sourceAccount")
        callers = [call.caller, *auxiliary_callers(call.backend, call.headers)]
        return _linked(call, account, callers, "sourceAccount")
    if source:
        account = _named(call, str(source), "source")
        return _linked(call, account, [call.caller], "source")
    return call.home


def _named(call: Call, resource_id: str, field: str) -> Account:
    account = call.backend.world.account_by_id(resource_id)
    if account is None:
        text = f"The property 'model.{field}' names no account: '{resource_id}'."
        raise Refused(400, "InvalidResourceProperties", text)
    return account


def _linked(call: Call, account: Account, callers: list[Caller], field: str) -> Account:
    """The account, if one of the callers may take models from it."""
    who = f"The client '{_client(call)}' with object id '{call.caller.object_id}'"
    does = f"has permission to perform action '{_ACTION}' on scope '{call.home.id}'"
    present = [caller for caller in callers if caller.tenant_id == account.tenant_id]
    if not present:
        text = (
            f"{who} {does}; however, the current tenant '{call.caller.tenant_id}' is not authorized"
            f" to access linked subscription '{account.subscription_id}' of tenant"
            f" '{account.tenant_id}'."
        )
        if field == "sourceAccount":
            text += (
                " The header 'x-ms-authorization-auxiliary' holds no token of tenant"
                f" '{account.tenant_id}'."
            )
        else:
            text += " A model of another tenant is named by 'model.sourceAccount'."
        raise Refused(403, "LinkedAuthorizationFailed", text)
    if any(each.principal and allows(each.principal, account.id, _ACTION) for each in present):
        return account
    text = (
        f"{who} {does}; however, it does not have permission to perform action(s) '{_ACTION}' on"
        f" the linked scope(s) '{account.id}' (respectively) or the linked scope(s) are invalid."
    )
    raise Refused(403, "LinkedAuthorizationFailed", text)


def _client(call: Call) -> str:
    return call.caller.principal.client_id if call.caller.principal else ""
