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
_MOST_OPENAI_ACCOUNTS = 40  # of a region of a subscription, recorded in 2023
_MOST_ACCOUNTS = 200
_DEDICATED = ("text-ada-001", "code-cushman-001")  # a SKU of 2022 that old models still have
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
    """Every quota of a region of a subscription, and the counts of deployments and accounts."""
    return quotas(backend, subscription, region) + _counts(backend, subscription, region)


def quotas(backend: Backend, subscription: str, region: str) -> list[Usage]:
    """What each model and SKU may use in a region of a subscription, and what is used."""
    found = []
    # Embeddings come last, as recorded.
    models = sorted(backend.catalog.models, key=lambda model: "embeddings" in model.serves)
    for model in models:
        for sku in backend.catalog.skus:
            if backend.catalog.sku_in(sku, region) or (model.retired and sku == "Standard"):
                kinds = (False, True) if model.methods else (False,)
                found += [
                    usage(backend, subscription, region, model, sku, tuned=tuned) for tuned in kinds
                ]
    unique = {each.name: each for each in reversed(found)}  # versions of a name share a quota
    return [each for each in found if unique.get(each.name) is each]


def _counts(backend: Backend, subscription: str, region: str) -> list[Usage]:
    """Deployments and accounts of the region, as they are counted beside the tokens."""
    held = _held(backend, subscription, region)
    accounts = len(list(accounts_in(backend, subscription, region)))
    limit = backend.settings.fine_tuned_deployments
    tuned = sum(each.tuned and each.sku_name == "Standard" for each in held)
    return [
        Usage("OpenAI.FineTuned.Deployments", "Standard Fine-Tuned Deployments", tuned, limit),
        Usage(
            "OpenAI.S0.AccountCount",
            "Maximum resources for OpenAI S0 sku.",
            accounts,
            _MOST_OPENAI_ACCOUNTS,
        ),
        *(
            Usage(f"OpenAI.Dedicated.{name}", f"Dedicated Unit - {name}", 0, 2)
            for name in _DEDICATED
        ),
        Usage("AccountCount", "Maximum Resources per Region", accounts, _MOST_ACCOUNTS),
    ]


def usage(
    backend: Backend, subscription: str, region: str, model: BaseModel, sku: str, *, tuned: bool
) -> Usage:
    """One quota with what the deployments of the subscription use of it."""
    held = _held(backend, subscription, region)
    names = {each.wire_name for each in backend.catalog.models if each.name == model.name}
    used = sum(
        int(each.sku["capacity"])
        for each in held
        if each.base in names and (each.sku_name, each.tuned) == (sku, tuned)
    )
    name = usage_name(model, sku, tuned=tuned)
    usual = _DEFAULT_LIMIT.get(sku, _OTHER_LIMIT)
    limit = backend.world.quota(subscription, region, name, usual)
    return Usage(name, _title(model, sku, tuned=tuned), used, limit)


def _title(model: BaseModel, sku: str, *, tuned: bool) -> str:
    """The localized name; a Standard quota does not name its SKU, as recorded in 2023."""
    unit = "PTUs" if sku in _UNLIMITED else "Tokens Per Minute (thousands)"
    parts = [unit, model_title(model.name)]
    parts += ["finetune"] if tuned else []
    parts += [] if sku == "Standard" else [sku]
    return " - ".join(parts)


def model_title(name: str) -> str:
    """``gpt-35-turbo`` as ``GPT-35-Turbo``."""
    words = name.split("-")
    return "-".join(
        each.upper() if each == "gpt" else each[:1].upper() + each[1:] for each in words
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
