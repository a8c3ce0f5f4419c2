"""A look at the accounts before anything is uploaded, trained or billed.

In a preview and once more in an update, every account of the stack is asked what it is, which
models it offers, what it serves and what quota is left. What is certain to fail fails here, all of
it at once; what could not be looked at is said in one warning. Nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from aoai.azure.account import Account
from aoai.azure.arm.accounts import Usage
from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import name_key, same_name, same_region, same_sku
from aoai.azure.lifecycle.model_deployment import OWNER_TAG, owner_in_words, stack_of
from aoai.catalog import Offer, offer_of
from aoai.errors import AoaiError, ApiError, NotFound
from aoai.resources.identity import address_of
from aoai_components.account_facts import AccountFacts
from aoai_components.config_errors import did_you_mean
from aoai_components.model_settings import ModelSettings
from aoai_components.settings import DeploymentSettings, Settings

_OTHER_TENANT = "invalidauthenticationtokentenant"


def problems(
    settings: Settings,
    facts: Mapping[str, AccountFacts],
    stack_key: str | None,
    *,
    names: bool = True,
) -> Iterator[str]:
    """Everything that is certain to fail, each with its key in the stack's file.

    Args:
        settings: the stack.
        facts: of its accounts, by key; those that the stack makes itself have none.
        stack_key: what marks deployments of this stack; None for a stack that has made nothing.
        names: look at whose the names of deployments are.
    """
    for key, found in facts.items():
        yield from _account(f"accounts.{key}", settings.accounts[key], found)
    for key, model in settings.models.items():
        if model.account in facts and not model.is_taken_in:
            yield from _model(f"models.{key}", settings, model, facts[model.account])
    for key, deployment in settings.deployments.items():
        if deployment.account in facts:
            where = f"deployments.{key}"
            found = facts[deployment.account]
            yield from _sku(where, settings, deployment, found)
            yield from _content_filter(where, deployment, found)
            if names:
                yield from _name(where, deployment, found, stack_key)
    yield from _quotas(settings, facts)


def unchecked(facts: Mapping[str, AccountFacts]) -> str:
    """What could not be looked at, in one sentence; empty if all was."""
    missed: dict[str, list[str]] = defaultdict(list)
    for key, found in facts.items():
        for error in found.unread:
            if not _is_certain(error):
                missed[str(error)].append(key)
    if not missed:
        return ""
    reasons = "; ".join(
        f"{', '.join(dict.fromkeys(keys))}: {error}" for error, keys in missed.items()
    )
    return f"not everything could be checked before the update: {reasons}"


def _is_certain(error: AoaiError) -> bool:
    """Whether an account that answers so cannot be used."""
    other_tenant = isinstance(error, ApiError) and name_key(error.code) == _OTHER_TENANT
    return isinstance(error, NotFound) or other_tenant


def _account(where: str, account: Account, facts: AccountFacts) -> Iterator[str]:
    details, error = facts.details.value, facts.details.error
    if isinstance(error, NotFound):
        yield f"{where}.id: the account {account.name} does not exist, or not for this identity"
    elif error is not None and _is_certain(error):
        yield f"{where}.tenantId: the subscription of {account.name} belongs to another tenant"
    if details is None:
        return
    if details.location and not same_region(details.location, account.location):
        yield f"{where}.location: {account.name} is in {details.location}, not {account.location}"
    if not details.takes_work:
        yield f"{where}: {account.name} is {details.provisioning_state} and takes no work"


def _model(
    where: str, settings: Settings, model: ModelSettings, facts: AccountFacts
) -> Iterator[str]:
    offers = facts.offers.value
    if not offers:
        return
    offer = _offer(settings, offers, model.base_model)
    place = settings.accounts[model.account]
    if offer is None:
        names = [f"{row.name}-{row.version}" for row in offers if row.trains]
        hint = did_you_mean(model.base_model, names)
        yield f"{where}.baseModel: {place} does not offer {model.base_model}{hint}"
    elif not offer.trains and not offer.base:
        yield f"{where}.baseModel: {place} cannot fine-tune {model.base_model}"


def _offer(settings: Settings, offers: list[Offer], name: str) -> Offer | None:
    known = settings.catalog.find(name)
    if known is not None and (found := offer_of(offers, known)) is not None:
        return found
    return next(
        (row for row in offers if name_key(name) in _names(row)),
        None,
    )


def _names(offer: Offer) -> set[str]:
    return {name_key(offer.name), name_key(f"{offer.name}-{offer.version}")}


def _name(
    where: str, deployment: DeploymentSettings, facts: AccountFacts, stack_key: str | None
) -> Iterator[str]:
    options = deployment.options
    live = _live(deployment, facts.deployments.value or [])
    if live is not None and not options.adopt and _is_of_others(live, stack_key):
        yield (
            f"{where}.deploymentName: {live.name!r} belongs to {owner_in_words(live)}; choose "
            "another name, or set `adopt` to take it over or if it was moved here"
        )


def _sku(
    where: str, settings: Settings, deployment: DeploymentSettings, facts: AccountFacts
) -> Iterator[str]:
    """A SKU that neither the catalogue nor any model of the account knows."""
    wanted = deployment.sku
    offered = {sku.name for offer in facts.offers.value or [] for sku in offer.skus}
    known = settings.catalog.sku(wanted) is not None
    if offered and not known and not any(same_sku(name, wanted) for name in offered):
        hint = did_you_mean(wanted, offered)
        yield f"{where}.sku: no model of the account has a SKU {wanted!r}{hint}"


def _content_filter(
    where: str, deployment: DeploymentSettings, facts: AccountFacts
) -> Iterator[str]:
    filters, wanted = facts.content_filters.value, deployment.options.rai_policy_name
    if filters and wanted and not any(same_name(str(wanted), name) for name in filters):
        hint = did_you_mean(str(wanted), filters)
        yield f"{where}.raiPolicyName: the account has no content filter {wanted!r}{hint}"


def taken_over(
    settings: Settings, facts: Mapping[str, AccountFacts], stack_key: str | None
) -> Iterator[str]:
    """What ``adopt`` will take over from others, each in a sentence."""
    for key, deployment in settings.deployments.items():
        found = facts.get(deployment.account)
        live = _live(deployment, found.deployments.value or []) if found else None
        if live is not None and deployment.options.adopt and _is_of_others(live, stack_key):
            owner = owner_in_words(live)
            yield f"deployments.{key}: {live.name!r} will be taken over from {owner}"


def _live(deployment: DeploymentSettings, listed: list[Deployment]) -> Deployment | None:
    name = deployment.options.deployment_name
    if name is None:
        return None
    return next((found for found in listed if same_name(found.name, str(name))), None)


def _is_of_others(live: Deployment, stack_key: str | None) -> bool:
    """Whether a live deployment is not this stack's; one without the tag may be its own."""
    marked = stack_of(live)
    if marked:
        return marked != stack_key
    # Without a mark: made by a first version of this stack, or its tags were taken away.
    return stack_key is None and not live.tags.get(OWNER_TAG, "").startswith(address_of(""))


def _quotas(settings: Settings, facts: Mapping[str, AccountFacts]) -> Iterator[str]:
    """Capacities that no quota can hold; quotas are shared by the accounts of a region."""
    wanted: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    need: dict[tuple[str, str, str], float] = defaultdict(float)
    limits: dict[tuple[str, str, str], Usage] = {}
    for key, deployment in settings.deployments.items():
        found = facts.get(deployment.account)
        usage = _usage(settings, deployment, found) if found else None
        if usage is None or usage.limit is None:
            continue
        account = settings.accounts[deployment.account]
        quota = (account.subscription_id, account.location, usage.name)
        wanted[quota].append(f"deployments.{key}")
        need[quota] += float(str(deployment.options.capacity))
        limits[quota] = usage
    for quota, usage in limits.items():
        if usage.limit is not None and need[quota] > usage.limit:
            yield (
                f"{', '.join(wanted[quota])}: a capacity of {need[quota]:g} is asked for, and the "
                f"quota {usage.name} in {quota[1]} is {usage.limit:g}; lower it, or ask for quota"
            )


def _usage(settings: Settings, deployment: DeploymentSettings, facts: AccountFacts) -> Usage | None:
    """The quota that a deployment counts against, as the account's models name it."""
    model = settings.models.get(deployment.model)
    offer = _offer(settings, facts.offers.value or [], model.base_model) if model else None
    skus = offer.skus if offer else ()
    names = {s.usage_name for s in skus if same_sku(s.name, str(deployment.options.sku))}
    usages = facts.usages.value or []
    return next((usage for usage in usages if usage.name and usage.name in names), None)
