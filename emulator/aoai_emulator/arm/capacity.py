"""Quota: what each model and SKU may use in a region of a subscription, and what is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.world import Account

_DEFAULT_LIMIT = {"Standard": 500, "DeveloperTier": 250}
_OTHER_LIMIT = 1000
_UNLIMITED = ("ProvisionedManaged", "GlobalProvisionedManaged", "DataZoneProvisionedManaged")


@dataclass(frozen=True)
class Usage:
    """One quota, in thousand tokens a minute (or provisioned units)."""

    name: str
    title: str
    used: int
    limit: int


def usage_name(model: BaseModel, sku: str, *, tuned: bool) -> str:
    """The quota's name, such as OpenAI.Standard.gpt-4.1-finetune."""
    tail = "-finetune" if tuned else ""
    return f"OpenAI.{sku}.{model.name}{tail}"


def usages(backend: Backend, subscription: str, region: str) -> list[Usage]:
    """Every quota of a region of a subscription."""
    found = []
    for model in backend.catalog.models:
        for sku in backend.catalog.skus:
            if backend.catalog.sku_in(sku, region):
                found += [
                    usage(backend, subscription, region, model, sku, tuned=tuned)
                    for tuned in (False, True)
                ]
    return found


def usage(
    backend: Backend, subscription: str, region: str, model: BaseModel, sku: str, *, tuned: bool
) -> Usage:
    """One quota with what the deployments of the subscription use of it."""
    held = _held(backend, subscription, region)
    used = sum(
        int(each.sku["capacity"])
        for each in held
        if (each.base, each.sku_name, each.tuned) == (model.wire_name, sku, tuned)
    )
    name = usage_name(model, sku, tuned=tuned)
    usual = _DEFAULT_LIMIT.get(sku, _OTHER_LIMIT)
    limit = backend.world.quota(subscription, region, name, usual)
    unit = "PTUs" if sku in _UNLIMITED else "Tokens Per Minute (thousands)"
    return Usage(
        name, f"{unit} - {model.name}{' - finetune' if tuned else ''} - {sku}", used, limit
    )


def accounts_in(backend: Backend, subscription: str, region: str) -> Iterable[Account]:
    """The accounts of a subscription in a region."""
    for account in backend.world.accounts:
        if account.subscription_id.lower() == subscription.lower() and account.location == region:
            yield account


def _held(backend: Backend, subscription: str, region: str) -> list[Deployment]:
    return [
        deployment
        for account in accounts_in(backend, subscription, region)
        for deployment in deployments(backend).list(account.name)
    ]
