"""A look at the accounts before anything is uploaded, trained or billed.

In a preview and once more in an update, every account of the stack is asked what it is, which
models it offers, what it serves and what quota is left. What is certain to fail fails here, all of
it at once; what could not be looked at is said in one warning. Nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from aoai.azure.arm_names import same_name, same_sku
from aoai.errors import NotFound, Unauthorized
from aoai_components.account_facts import AccountFacts
from aoai_components.config_errors import did_you_mean
from aoai_components.model_settings import ModelSettings
from aoai_components.planned_changes import DeploymentChange, ModelChange
from aoai_components.preflight_accounts import account_problems, is_certain
from aoai_components.preflight_checkpoints import checkpoint_problems
from aoai_components.preflight_names import name_problems, renamed, shared_names_of_models
from aoai_components.preflight_offers import offer_for
from aoai_components.preflight_quotas import quota_problems
from aoai_components.prior_state import PriorState
from aoai_components.settings import DeploymentSettings, Settings


def problems(settings: Settings, facts: Mapping[str, AccountFacts]) -> Iterator[str]:
    """What is certain to fail, whatever the stack's state holds, each with its key.

    Args:
        settings: the stack.
        facts: of its accounts, by key; those that the stack makes itself have none.
    """
    for key, found in facts.items():
        yield from account_problems(f"accounts.{key}", settings.accounts[key], found)
    for key, model in settings.models.items():
        if model.account in facts and model.base_model and not model.is_taken_in:
            yield from _model(f"models.{key}", settings, model, facts[model.account])
    for key, deployment in settings.deployments.items():
        if deployment.account in facts:
            where, found = f"deployments.{key}", facts[deployment.account]
            yield from _sku(where, settings, deployment, found)
            yield from _content_filter(where, deployment, found)
    yield from quota_problems(settings, facts, {}, PriorState(), None)


def problems_of_update(
    settings: Settings,
    facts: Mapping[str, AccountFacts],
    stack_key: str | None,
    prior: PriorState,
    models: Mapping[str, ModelChange],
    deployments: Mapping[str, DeploymentChange],
) -> Iterator[str]:
    """What is certain to fail, given what the stack's state holds, each with its key.

    Args:
        settings: the stack.
        facts: as for :func:`problems`.
        stack_key: what marks deployments of this stack; None for a stack that has made nothing.
        prior: what the state holds.
        models: what the update does to the stack's models.
        deployments: what it does to its deployments.
    """
    yield from name_problems(settings, facts, stack_key, prior)
    yield from renamed(settings, models, deployments, prior)
    yield from shared_names_of_models(settings, models, prior)
    yield from quota_problems(settings, facts, deployments, prior, stack_key)
    yield from checkpoint_problems(settings, models, prior)


def unchecked(facts: Mapping[str, AccountFacts]) -> str:
    """What could not be looked at, in one sentence; empty if all was."""
    missed: dict[str, list[str]] = defaultdict(list)
    for key, found in facts.items():
        refused = found.files.error
        told = refused if isinstance(refused, NotFound | Unauthorized) else None
        for error in found.unread:
            if error is not told and not is_certain(error):
                missed[str(error)].append(key)
    if not missed:
        return ""
    reasons = "; ".join(
        f"{', '.join(dict.fromkeys(keys))}: {error}" for error, keys in missed.items()
    )
    return f"not everything could be checked before the update: {reasons}"


def _model(
    where: str, settings: Settings, model: ModelSettings, facts: AccountFacts
) -> Iterator[str]:
    offers = facts.offers.value
    name = model.base_model
    if not offers or name in settings.models or name.split() != [name]:
        return  # the settings are wrong already
    offer = offer_for(settings, offers, model.base_model, exact=True)
    place = settings.accounts[model.account]
    if offer is None:
        names = [f"{row.name}-{row.version}" for row in offers if row.trains]
        meant = settings.catalog.lookup(model.base_model).suggestion
        hint = f", did you mean `{meant}`?" if meant in names else ""
        yield f"{where}.baseModel: {place} does not offer {model.base_model}{hint}"
    elif not offer.trains and not offer.base:
        yield f"{where}.baseModel: {place} cannot fine-tune {model.base_model}"


def _sku(
    where: str, settings: Settings, deployment: DeploymentSettings, facts: AccountFacts
) -> Iterator[str]:
    """A SKU that neither the catalogue nor any model of the account knows."""
    wanted = deployment.sku
    offered = {sku.name for offer in facts.offers.value or [] for sku in offer.skus}
    known = settings.catalog.sku(wanted) is not None or wanted.split() != [wanted]
    if offered and not known and not any(same_sku(name, wanted) for name in offered):
        meant = settings.catalog.sku_suggestion(wanted)
        hint = f", did you mean `{meant}`?" if meant else did_you_mean(wanted, offered)
        yield f"{where}.sku: no model of the account has a SKU {wanted!r}{hint}"


def _content_filter(
    where: str, deployment: DeploymentSettings, facts: AccountFacts
) -> Iterator[str]:
    filters, wanted = facts.content_filters.value, deployment.options.rai_policy_name
    if filters and wanted and not any(same_name(str(wanted), name) for name in filters):
        hint = did_you_mean(str(wanted), filters)
        yield f"{where}.raiPolicyName: the account has no content filter {wanted!r}{hint}"
