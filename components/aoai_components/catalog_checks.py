"""A stack's models and deployments held against the catalogue of base models.

What a page of Azure's documentation rules out is a problem: the stack is refused before anything is
billed. What the catalogue does not know is a warning. A model that was retired is an error of a job
that would be submitted, and nothing to one that has ended long ago.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aoai.azure.arm_names import name_key
from aoai.catalog import Catalog, Offer, Reason, built_in, can_serve, can_train
from aoai.resources.hyperparameters import hyperparameter_advice
from aoai_components.entries import camel
from aoai_components.model_settings import ModelSettings
from aoai_components.preflight_offers import offer_for
from aoai_components.settings import DeploymentSettings, Settings

_TRAINING_KEYS = {"training type": "trainingType", "region": "account", "method": "method"}
_REMARKS = ("access", "training type")
_SERVING_KEYS = {"sku": "sku", "region": "account"}


@dataclass(frozen=True)
class JobNotes:
    """What is to be said of a model's job, if it would be submitted.

    Attributes:
        errors: the service will refuse it.
        warnings: what the catalogue does not know.
        remarks: what has to be true for it to run.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class CatalogNotes:
    """What the catalogue has to say of a stack.

    Attributes:
        problems: contradictions, each with the key that it is about.
        warnings: what is not known of accounts and deployments.
        jobs: what is to be said of each model's job.
    """

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    jobs: dict[str, JobNotes] = field(default_factory=dict)


def check_catalog(
    settings: Settings,
    catalog: Catalog,
    today: datetime.date,
    offers: Mapping[str, Sequence[Offer]] | None = None,
) -> CatalogNotes:
    """Hold every account, model and deployment of a stack against the catalogue.

    Args:
        settings: the stack.
        catalog: with the stack's own entries.
        today: the day that dates of retirement are compared with.
        offers: the models that accounts list, by account; they go before the catalogue.
    """
    notes = CatalogNotes()
    notes.warnings.extend(_unknown_regions(settings, catalog))
    for key, model in settings.models.items():
        reasons = list(_training(settings, catalog, model, today, offers or {}))
        told = _named(f"models.{key}", "baseModel", reasons, _TRAINING_KEYS)
        notes.problems.extend(text for reason, text in told if _is_contradiction(reason))
        notes.jobs[key] = JobNotes(
            errors=tuple(t for r, t in told if r.answer == "no" and not _is_contradiction(r)),
            warnings=(
                *(t for r, t in told if r.answer == "unknown"),
                *_advice(f"models.{key}.hyperparameters", model),
            ),
            remarks=(
                *(t for r, t in told if r.answer == "yes" and r.rule in _REMARKS),
                *_chained(f"models.{key}", model),
            ),
        )
    for key, deployment in settings.deployments.items():
        reasons = list(_serving(settings, catalog, deployment, today))
        told = _named(f"deployments.{key}", "model", reasons, _SERVING_KEYS)
        notes.problems.extend(text for reason, text in told if reason.answer == "no")
        notes.warnings.extend(text for reason, text in told if reason.answer == "unknown")
    return notes


def _advice(where: str, model: ModelSettings) -> Iterator[str]:
    for name, text in hyperparameter_advice(model.options.hyperparameters):
        yield f"{where}.{camel(name)}: {text}"


def _chained(where: str, model: ModelSettings) -> Iterator[str]:
    if model.continues is not None:
        yield (
            f"{where}: trained further from `{model.continues}`, so once that has succeeded, and "
            "again whenever that is trained anew"
        )


def _is_contradiction(reason: Reason) -> bool:
    """Whether it holds whenever the job runs, or ran."""
    return reason.answer == "no" and reason.rule != "retirement"


def _training(
    settings: Settings,
    catalog: Catalog,
    model: ModelSettings,
    today: datetime.date,
    offers: Mapping[str, Sequence[Offer]],
) -> Iterator[Reason]:
    if model.is_taken_in or not model.base_model:
        return
    account = settings.accounts.get(model.account)
    known = account is not None and catalog.region(account.location) is not None
    yield from can_train(
        catalog,
        model.base_model,
        today=today,
        method=model.method,
        training_type=model.training_type or "Standard",
        region=account.location if account and known else None,
        offer=offer_for(settings, offers.get(model.account, ()), model.base_model),
    ).reasons


def _serving(
    settings: Settings, catalog: Catalog, deployment: DeploymentSettings, today: datetime.date
) -> Iterator[Reason]:
    """Its SKU and region; the model's name is judged once, where the model is trained."""
    model = settings.models.get(deployment.model)
    account = settings.accounts.get(deployment.account)
    if model is not None and account is not None and model.base_model:
        support = can_serve(
            catalog, model.base_model, deployment.sku, today=today, region=account.location
        )
        yield from (reason for reason in support.reasons if reason.rule != "model")


def unused_prices(prices: Any, settings: Settings) -> Iterator[str]:
    """Prices of what is no model of the stack, and none that the catalogue knows: a slip."""
    used = {name_key(model.base_model) for model in settings.models.values()}
    for name in prices if isinstance(prices, Mapping) else ():
        of_stack = any(base.startswith(name_key(name)) for base in used) and name.strip()
        meant = built_in().lookup(name).suggestion
        if not of_stack and built_in().find(name) is None:
            hint = f", did you mean `{meant}`?" if meant else ""
            yield f"prices.{name}: no model of the stack is one{hint}"


def _unknown_regions(settings: Settings, catalog: Catalog) -> Iterator[str]:
    for key, account in settings.accounts.items():
        if catalog.region(account.location) is None:
            meant = catalog.region_suggestion(account.location)
            hint = f", did you mean `{meant}`?" if meant else ""
            yield f"accounts.{key}.location: {account.location} is not a region that is known{hint}"


def _named(
    where: str, default: str, reasons: list[Reason], keys: Mapping[str, str]
) -> list[tuple[Reason, str]]:
    """Each reason with its sentence, which begins with the key that it is about."""
    return [(r, f"{where}.{keys.get(r.rule, default)}: {r.text}") for r in reasons]
