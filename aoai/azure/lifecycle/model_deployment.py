"""Bringing a model into service, without touching what belongs to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import child_key, same_model, same_name
from aoai.azure.clients import AccountClients
from aoai.azure.http.fields import Json
from aoai.azure.lifecycle.body import nested
from aoai.azure.lifecycle.deployment_claim import (
    Claim,
    Holder,
    incarnation_of,
    owner_in_words,
    stack_of,
)
from aoai.azure.lifecycle.route import route
from aoai.catalog import arm_format_of, built_in, parse_tuned_name
from aoai.errors import AoaiError, ApiError, ConfigurationError


@dataclass(frozen=True, kw_only=True)
class WantedDeployment:
    """What is wanted of one deployment.

    Attributes:
        account: where it is served.
        source: the account that trained the model, if it is another one.
        name: the deployment's name.
        values: the request's values by their place in the body.
        format: the model's format, as ARM spells it; most are ``OpenAI``.
        tags: those that the program declares.
        dropped_tags: names of tags that the program declared before and does not any more.
        adopt: take it over if it belongs to another owner.
    """

    account: Account
    source: Account | None
    name: str
    values: Mapping[str, Any]
    format: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    dropped_tags: frozenset[str] = frozenset()
    adopt: bool = False

    @property
    def model(self) -> str:
        """The model's name."""
        return str(self.values["properties.model.name"])

    def body(self, claim: Claim, live: Deployment | None) -> Json:
        """The body of ``PUT …/deployments/{name}``; tags that others have set stay."""
        source = route(self.account, self.source).fields
        model = {"format": self.format or "OpenAI", **source}
        placed = {f"properties.model.{name}": value for name, value in model.items()}
        others = live.tags if live else {}
        kept = {name: value for name, value in others.items() if name not in self.dropped_tags}
        return {
            **nested({**self.values, **placed}),
            "tags": {**kept, **self.tags, **claim.tags},
        }


@dataclass(frozen=True)
class Deployed:
    """A deployment after a write.

    Attributes:
        taken_from: whose it was before, if it was taken over.
        was_there: an earlier run of the same resource had made it.
        gave_way: the deployment that an interrupted run of the same resource had made under
            another name, and that was deleted for this one.
        left_over: what an interrupted run had made of it besides, and what became of each.
    """

    deployment: Deployment
    taken_from: str = ""
    was_there: bool = False
    gave_way: str = ""
    left_over: tuple[str, ...] = ()


def is_fine_tuned(model: str) -> bool:
    """Whether a model's name is one that fine-tuning gives: ``<base>.ft-<id>[-suffix]``."""
    return parse_tuned_name(model) is not None


def deploy(
    clients: AccountClients,
    wanted: WantedDeployment,
    claim: Claim,
    held: Mapping[str, frozenset[str]] | None = None,
    *,
    refreshed: bool = False,
) -> Deployed:
    """Create the deployment or bring it to what is wanted; writes of an account go one by one.

    Args:
        clients: the account's clients.
        wanted: the deployment.
        claim: of the resource.
        held: the deployments that the state holds for the resource, by their ARM id, with the
            incarnations that it has recorded of each.
        refreshed: these are all that it holds: what else the resource has made is deleted.

    Raises:
        ConfigurationError: the name belongs to another owner, or the model is served already.
        ApiError: ARM refused.
    """

    def look() -> tuple[list[Deployment], Deployment | None, str]:
        """What is live, what of it has the name, and whose that was if it is taken over."""
        listed = clients.deployments.list_deployments()
        live = next((other for other in listed if same_name(other.name, wanted.name)), None)
        return listed, live, _ensure_ours(live, wanted, claim) if live else ""

    with clients.writes:
        listed, live, taken_from = look()
        gave_way = _make_way(clients, listed, wanted, claim, held or {})
        made = clients.deployments.create_or_update_deployment(
            live.name if live else wanted.name,
            replace(wanted, format=_format_of(clients, wanted.model)).body(claim, live),
            auxiliary_tenant_id=route(wanted.account, wanted.source).auxiliary_tenant_id,
            check=look,
        )
        left_over = tuple(_clear(clients, listed, made, claim, held or {}) if refreshed else ())
    was_there = live is not None and not taken_from
    return Deployed(made, taken_from, was_there=was_there, gave_way=gave_way, left_over=left_over)


def _format_of(clients: AccountClients, model: str) -> str | None:
    """The format of a model from the catalogue, else as the account lists it, if it does."""
    known = built_in().arm_format(model)
    if known is not None:
        return known
    try:
        return arm_format_of(clients.inventory.offers(), model)
    except ApiError:  # not allowed to list models: most formats are OpenAI
        return None


def _ensure_ours(live: Deployment, wanted: WantedDeployment, claim: Claim) -> str:
    """Whose the deployment was if it is taken over; empty if it is ours."""
    if claim.of(live) in (Holder.THIS, Holder.SAME_OWNER):
        return ""
    if wanted.adopt:
        return owner_in_words(live)
    give_up = (
        "; or let that resource give it up in an update before; if it is this one under its old "
        "name, run without --replace and taint"
    )
    raise ConfigurationError(
        f"{wanted.account} has a deployment {live.name!r} already, which belongs to "
        f"{owner_in_words(live)}; choose another `deployment_name`, or set `adopt` to take it over"
        f"{give_up if _is_of_stack(live, claim) else ''}"
    )


def _make_way(
    clients: AccountClients,
    listed: list[Deployment],
    wanted: WantedDeployment,
    claim: Claim,
    held: Mapping[str, frozenset[str]],
) -> str:
    """Delete what an interrupted run of the same resource left under another name, and name it.

    Azure allows one deployment of a fine-tuned model, so it would block this one for ever: no state
    knows of it, and nobody else can want it.

    Raises:
        ConfigurationError: another deployment serves the model.
    """
    if not is_fine_tuned(wanted.model):
        return ""
    for other in listed:
        if not same_model(other.model, wanted.model) or same_name(other.name, wanted.name):
            continue
        if claim.of(other) is Holder.SAME_OWNER and not _is_held(other, held):
            clients.deployments.delete_deployment(other.name)
            return other.name
        raise _served_already(other, wanted, claim)
    return ""


def require_room(clients: AccountClients, wanted: WantedDeployment, claim: Claim, old: str) -> None:
    """Refuse what something of others is in the way of, before the old one is deleted for it.

    Args:
        clients: the account's clients.
        wanted: the deployment that is made next.
        claim: to the old one.
        old: its name.

    Raises:
        ConfigurationError: the name belongs to another owner, or the model is served already.
    """
    listed = clients.deployments.list_deployments()
    for other in (each for each in listed if not same_name(each.name, old)):
        if same_name(other.name, wanted.name):
            _ensure_ours(other, wanted, claim)
            continue
        serves = is_fine_tuned(wanted.model) and same_model(other.model, wanted.model)
        if serves and claim.of(other) in (Holder.OTHER, Holder.UNMARKED):
            raise _served_already(other, wanted, claim)


def _served_already(
    other: Deployment, wanted: WantedDeployment, claim: Claim
) -> ConfigurationError:
    return ConfigurationError(
        f"{wanted.account} serves {wanted.model} already, as deployment {other.name!r} of "
        f"{owner_in_words(other)}; Azure allows one deployment of a fine-tuned model: "
        f"{_way_out(other, wanted, claim)}"
    )


def _clear(
    clients: AccountClients,
    listed: list[Deployment],
    made: Deployment,
    claim: Claim,
    held: Mapping[str, frozenset[str]],
) -> Iterator[str]:
    """Delete what an update that was cut off has left of the resource.

    What the engine has deleted first, and not yet made again, it reads in no refresh and deletes in
    no later run. Returns a sentence for each.
    """
    for other in listed:
        own = claim.of(other) is Holder.SAME_OWNER and not same_name(other.name, made.name)
        if not own or _is_held(other, held):
            continue
        what = f"deployment {other.name!r}, which an update that was cut off had left,"
        try:
            clients.deployments.delete_deployment(other.name)
        except AoaiError as error:
            yield f"{what} could not be deleted, and is billed: {error}"
        else:
            yield f"{what} was deleted"


def _is_held(live: Deployment, held: Mapping[str, frozenset[str]]) -> bool:
    """Whether the state holds it; an interrupted run may have made another one of that name."""
    of_name = [made for id_, made in held.items() if child_key(id_) == child_key(live.id)]
    return any(not made or "" in made or incarnation_of(live) in made for made in of_name)


def _way_out(other: Deployment, wanted: WantedDeployment, claim: Claim) -> str:
    """What to do about another deployment of the model; in the same stack, a rename is likely."""
    if claim.of(other) in (Holder.THIS, Holder.SAME_OWNER):
        return (
            "it is this resource's own, under its former `deployment_name`, and has to go first: "
            "change the name without taint, --replace, `replacementTrigger` and "
            "`deleteBeforeReplace: false`"
        )
    if _is_of_stack(other, claim):
        return (
            "if it is this resource under its old name, give it an alias and run with --refresh; "
            "else remove one, or let that one serve another model in an update before"
        )
    return f"remove that one, or do not deploy {wanted.name!r}"


def _is_of_stack(live: Deployment, claim: Claim) -> bool:
    """Whether another resource of the same stack has made it."""
    return stack_of(live) == claim.key.partition("-")[0]
