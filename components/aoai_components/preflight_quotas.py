"""Capacity that no quota can give: quotas belong to a region of a subscription, and are shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aoai.azure.account import Account
from aoai.azure.arm.accounts import Usage
from aoai.azure.arm_names import same_sku
from aoai.azure.lifecycle.deployment_claim import stack_of
from aoai.catalog import Offer, base_name
from aoai_components.account_facts import AccountFacts
from aoai_components.planned_changes import DeploymentChange
from aoai_components.preflight_offers import offer_for
from aoai_components.prior_state import PriorState, Properties
from aoai_components.settings import DeploymentSettings, Settings

_DEPLOYMENTS = "OpenAI.FineTuned.Deployments"
"""The quota that counts fine-tuned deployments of SKU Standard (recorded in 2023)."""


@dataclass
class _Asked:
    """What a stack asks of one quota.

    Attributes:
        usage: the quota.
        keys: the deployments that count against it.
        total: what they count when all are there.
        more: what they count beyond what they do now; a deployment that is replaced without a gap
            counts twice for a while.
    """

    usage: Usage
    keys: list[str] = field(default_factory=list)
    total: float = 0.0
    more: float = 0.0


def quota_problems(
    settings: Settings,
    facts: Mapping[str, AccountFacts],
    changes: Mapping[str, DeploymentChange],
    prior: PriorState,
    stack_key: str | None,
) -> Iterator[str]:
    """Quotas that cannot hold what the stack asks for.

    Args:
        settings: the stack.
        facts: of its accounts, by key.
        changes: what the update does to its deployments; none if that is not known.
        prior: what the state holds.
        stack_key: what marks deployments of this stack; None for a stack that has made nothing.
    """
    asked: dict[tuple[str, str, str], _Asked] = {}
    for key, deployment in settings.deployments.items():
        found = facts.get(deployment.account)
        held = prior.of("ModelDeployment", key)
        kept = held if held and _is_kept(deployment, held, changes.get(key)) else None
        model = settings.models.get(deployment.model)
        if model is None or found is None:
            continue
        for usage, counts in _counted(settings, model.base_model, deployment.sku, found):
            account = settings.accounts[deployment.account]
            of = asked.setdefault((*_region(account), usage.name), _Asked(usage))
            of.keys.append(f"deployments.{key}")
            of.total += counts(deployment.options.capacity)
            of.more += counts(deployment.options.capacity)
            of.more -= counts(kept.get("capacity")) if kept else 0.0
    for key, found in facts.items():
        place = _region(settings.accounts[key])
        for usage, count in _left_behind(settings, found, prior, stack_key):
            if (*place, usage.name) in asked:
                asked[*place, usage.name].more -= count
    for (_subscription, region, _name), quota in asked.items():
        yield from _problem(quota, region, known=bool(changes) and prior.known)


def _problem(asked: _Asked, region: str, *, known: bool) -> Iterator[str]:
    limit, free = asked.usage.limit, asked.usage.free
    if limit is None or free is None:
        return
    which, quota = ", ".join(asked.keys), f"the quota {asked.usage.name} in {region}"
    if not known and asked.total > limit:
        yield f"{which}: {asked.total:,.0f} is asked for, and {quota} is {limit:,.0f}; {_ADVICE}"
    if known and asked.more > free:
        yield (
            f"{which}: {asked.more:,.0f} more is asked for, and of {quota} {free:,.0f} of "
            f"{limit:,.0f} is free (one that is replaced without a gap counts twice); {_ADVICE}"
        )


_ADVICE = "lower the capacity, or ask for quota"


def _region(account: Account) -> tuple[str, str]:
    return account.subscription_id, account.location


def _counted(
    settings: Settings, model: str, sku: str, facts: AccountFacts
) -> Iterator[tuple[Usage, Callable[[Any], float]]]:
    """The quotas that a deployment counts against, and what a capacity counts there."""
    usages = {usage.name: usage for usage in facts.usages.value or [] if usage.name}
    offer = offer_for(settings, facts.offers.value or [], model)
    name = next((name for name in _names(offer, sku) if name in usages), None)
    if name is not None:
        yield usages[name], lambda capacity: float(str(capacity or 1))
    if same_sku(sku, "Standard") and _DEPLOYMENTS in usages:
        yield usages[_DEPLOYMENTS], lambda _capacity: 1.0


def _left_behind(
    settings: Settings, facts: AccountFacts, prior: PriorState, stack_key: str | None
) -> Iterator[tuple[Usage, float]]:
    """What deployments count that an interrupted run of this stack has left: they are adopted."""
    known = {
        str(d.get("deployment_name")).lower() for d in prior.all_of("ModelDeployment").values()
    }
    for live in facts.deployments.value or []:
        if stack_key and stack_of(live) == stack_key and live.name.lower() not in known:
            for usage, counts in _counted(settings, base_name(live.model), live.sku, facts):
                yield usage, counts(live.capacity)


def _names(offer: Offer | None, sku: str) -> Iterator[str]:
    """The quota of the fine-tuned model, which is another one than that of the base model."""
    for offered in offer.skus if offer else ():
        if same_sku(offered.name, sku) and offered.usage_name:
            yield f"{offered.usage_name}-finetune"
            yield offered.usage_name


def _is_kept(
    deployment: DeploymentSettings, held: Properties, change: DeploymentChange | None
) -> bool:
    """Whether what a deployment counts now makes room for what it will count."""
    if change is None or held.get("removed_for_inactivity"):
        return False
    beside = change.change == "replaced" and not change.gap
    return not beside and same_sku(str(held.get("sku")), deployment.sku)
