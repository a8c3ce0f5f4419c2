"""Names and models of deployments that something else has, or has still, in an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import name_key, same_name
from aoai.azure.lifecycle.deployment_claim import ID_TAG, OWNER_TAG, owner_in_words, stack_of
from aoai.resources.account import account_props, is_same_place
from aoai.resources.identity import address_of, owner_key
from aoai_components.account_facts import AccountFacts
from aoai_components.planned_changes import DeploymentChange, ModelChange
from aoai_components.prior_state import PriorState
from aoai_components.settings import DeploymentSettings, Settings


def name_problems(
    settings: Settings,
    facts: Mapping[str, AccountFacts],
    stack_key: str | None,
    prior: PriorState,
) -> Iterator[str]:
    """Names that belong to others, and models that others serve.

    Args:
        settings: the stack.
        facts: of its accounts, by key.
        stack_key: what marks deployments of this stack; None for a stack that has made nothing.
        prior: what the state holds.
    """
    for key, deployment in settings.deployments.items():
        listed = _listed(deployment, facts)
        live = _named(deployment, listed)
        where, adopts = f"deployments.{key}", deployment.options.adopt
        if live and not adopts and _is_of_others(live, stack_key, key, prior):
            yield (
                f"{where}.deploymentName: {live.name!r} belongs to {owner_in_words(live)}; choose "
                "another name, or set `adopt` to take it over or if it was moved here"
            )
        model = settings.models.get(deployment.model)
        taken_in = model.existing_model if model else None
        if taken_in and not live:
            yield from _served(where, taken_in, listed, stack_key)


def _served(
    where: str, model: str, listed: Iterable[Deployment], stack_key: str | None
) -> Iterator[str]:
    """Azure allows one deployment of a fine-tuned model in an account."""
    for live in listed:
        if same_name(live.model, model) and stack_of(live) != (stack_key or "-"):
            yield (
                f"{where}: {model} is served in that account already, by {live.name!r} of "
                f"{owner_in_words(live)}; serve it from another account, or take it over with "
                "its `deploymentName` and `adopt`"
            )


def renamed(
    settings: Settings,
    models: Mapping[str, ModelChange],
    deployments: Mapping[str, DeploymentChange],
    prior: PriorState,
) -> Iterator[str]:
    """Deployments in the place of one that has the name or the model until it is changed or gone.

    The engine changes both at the same time, or deletes the other one only after this one is made.

    Args:
        settings: the stack.
        models: what the update does to its models.
        deployments: what it does to its deployments.
        prior: what the state holds.
    """
    changing = {
        key: held
        for key, held in prior.all_of("ModelDeployment").items()
        if key not in deployments or deployments[key].change in _CHANGES
    }
    for key, change in deployments.items():
        deployment = settings.deployments[key]
        stays = models[deployment.model].change == "same"
        model = (prior.of("FineTunedModel", deployment.model) or {}).get("fine_tuned_model")
        name, account = deployment.options.deployment_name, settings.account_of(key)
        comes = change.change == "new" or "account" in change.why
        for other, held in changing.items() if change.change in _CHANGES else ():
            same_model = stays and same_name(str(held.get("model")), str(model))
            same_model = same_model and (comes or change.other_model)
            named = name is not None and same_name(str(name), str(held.get("deployment_name")))
            taken = same_model or (named and (comes or "deploymentName" in change.why))
            here = is_same_place(held.get("account"), account_props(account))
            if here and taken and other != key and not held.get("removed_for_inactivity"):
                what = "model" if same_model else "name"
                yield _until_then(key, other, what, deployments.get(other))


def _until_then(key: str, other: str, what: str, change: DeploymentChange | None) -> str:
    still = f"deployments.{key}: `{other}` has that {what} in that account still, and"
    if change is None or change.stays_beside:
        return f"{still} is deleted last; keep the key, or take it out in an update of its own"
    return f"{still} is changed at the same time; change it, or take it out, in an update before"


_CHANGES = ("new", "replaced", "updated")
"""What may give a deployment a name or a model that it has not got."""


def shared_names_of_models(
    settings: Settings, models: Mapping[str, ModelChange], prior: PriorState
) -> Iterator[str]:
    """Two deployments of an account whose models are one under two keys of the stack."""
    taken: dict[tuple[str, str], str] = {}
    for key, deployment in settings.deployments.items():
        model = settings.models[deployment.model]
        held = prior.of("FineTunedModel", deployment.model) or {}
        stays = models[deployment.model].change == "same"
        name = model.existing_model or (held.get("fine_tuned_model") if stays else None)
        if name:
            other = taken.setdefault((settings.account_of(key).key, name_key(str(name))), key)
            one = settings.deployments[other].model
            if one != deployment.model and not _both_taken_in(settings, one, deployment.model):
                yield (
                    f"deployments.{key}: `{other}` serves {name} in that account already, as "
                    f"`{one}`, and Azure allows one deployment of a fine-tuned model in an "
                    "account; take one out, or serve it from another account"
                )


def _both_taken_in(settings: Settings, one: str, other: str) -> bool:
    """Whether the settings alone show that two models are one, which is told with them."""
    names = [settings.models[key].existing_model for key in (one, other)]
    return None not in names and names[0] == names[1]


def _listed(deployment: DeploymentSettings, facts: Mapping[str, AccountFacts]) -> list[Deployment]:
    found = facts.get(deployment.account)
    return (found.deployments.value or []) if found else []


def _named(deployment: DeploymentSettings, listed: Iterable[Deployment]) -> Deployment | None:
    name = deployment.options.deployment_name
    if name is None:
        return None
    return next((found for found in listed if same_name(found.name, str(name))), None)


def _is_of_others(live: Deployment, stack_key: str | None, key: str, prior: PriorState) -> bool:
    """Whether a live deployment is not this stack's."""
    held = prior.of("ModelDeployment", key)
    marked = stack_of(live)
    if held and live.tags.get(ID_TAG, "").partition(".")[0] == owner_key(str(held.get("owner"))):
        return False  # moved here from another state, with the owner that it had there
    if marked:
        return marked != stack_key
    if live.tags.get(OWNER_TAG, "").startswith(address_of("")):
        return False  # from before there was a mark
    # Its tags were taken away, and then the state knows it; or it is of others.
    known = held is not None and same_name(str(held.get("deployment_name")), live.name)
    return prior.known and not known
