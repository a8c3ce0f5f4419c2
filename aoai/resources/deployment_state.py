"""What is stored of a deployment, and how its inputs and outputs meet what is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pulumi.output import UNKNOWN

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import name_key, same_name
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.activity import activity
from aoai.azure.lifecycle.deployment_claim import Claim, Holder, incarnation_of, iso, owner_in_words
from aoai.azure.lifecycle.model_deployment import Deployed, WantedDeployment
from aoai.resources.account import account_of
from aoai.resources.declaration import known, wire_values
from aoai.resources.held import Times
from aoai.resources.identity import deployment_name, owner_key
from aoai.resources.pending import STILL_TO_COME
from aoai.resources.progress import say
from aoai.resources.props import is_known


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Use of a deployment as Monitor counts it; times are ISO 8601, UTC.

    Attributes:
        calls: successful inference calls within the month at most that Monitor answers for.
        last_inference_at: the hour of the last one, or None.
        deleted_on: when Azure removes the deployment if nobody calls it, or None for never.
        observed_at: when this was read, by the service's clock.
        unknown: why the rest is not to be relied on, or None.
    """

    calls: int | None = None
    last_inference_at: str | None = None
    deleted_on: str | None = None
    observed_at: str | None = None
    unknown: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelDeploymentState:
    """Outputs: what ARM answers for the deployment, and Monitor for its use.

    Texts are empty while its model is still being trained.

    Attributes:
        created_at: ISO 8601, UTC.
        incarnation: distinguishes this deployment from others of the same name.
        removed_for_inactivity: Azure removed it when its day had come; the model is still there.
        taken_over_by: the owner, for people, that holds it now; empty while it is ours.
        activity: its use; all None until it is read for the first time.
        held_since: see :meth:`Held.next_since`.
    """

    deployment_id: str
    provisioning_state: str
    created_at: str | None = None
    incarnation: str = ""
    removed_for_inactivity: bool = False
    taken_over_by: str = ""
    activity: Activity = field(default_factory=Activity)
    held_since: int | None = None


NOT_DEPLOYED = ModelDeploymentState(deployment_id=STILL_TO_COME, provisioning_state=STILL_TO_COME)
"""What is stored while the model is still being trained."""


def state_of(deployment: Deployment, incarnation: str) -> ModelDeploymentState:
    """What is stored of a deployment that was just written: nothing is known of its use yet."""
    return ModelDeploymentState(
        deployment_id=deployment.id,
        provisioning_state=deployment.provisioning_state,
        created_at=iso(deployment.created_at),
        incarnation=incarnation,
    )


def claim_of(inputs: Any, incarnation: str, created_at: str | None = None) -> Claim:
    """The resource's claim to its deployment, from its stored inputs."""
    owner = known(inputs.owner or "")
    return Claim(
        key=owner_key(owner),
        incarnation=incarnation,
        address=inputs.address or owner,
        created_at=created_at,
    )


def age_of(name: str, held: Mapping[str, Times]) -> str | None:
    """When the deployment of a name was made, if the state holds one.

    A replacement by force writes it again, and by its age it is known without its tags.

    Args:
        name: the deployment's name.
        held: when it was made, by ARM id.
    """
    found = (times for id_, times in held.items() if same_name(id_.rpartition("/")[2], name))
    return next((times.created_at for times in found), None)


def wanted_of(inputs: Any, before: set[str] | None = None) -> WantedDeployment:
    """The deployment that the inputs ask for.

    Args:
        inputs: the stored inputs.
        before: names of the tags that the program declared before.
    """
    tags: Mapping[str, str] = known(inputs.tags) or {}
    model = known(inputs.model)
    source: Account | None = account_of(inputs.source) if inputs.source else None
    return WantedDeployment(
        account=account_of(inputs.account),
        source=source,
        name=known(inputs.deployment_name) or deployment_name(known(inputs.owner or ""), model),
        values=wire_values(type(inputs), inputs),
        tags=tags,
        dropped_tags=frozenset((before or set()) - set(tags)),
        adopt=known(inputs.adopt),
    )


def live_values(inputs: Any, props: Mapping[str, Any], live: Deployment) -> dict[str, Any]:
    """The deployment as it is in Azure; a setting that nobody chose is no drift."""
    claim = claim_of(inputs, props.get("incarnation") or "", props.get("created_at"))
    holder = claim.of(live)
    settings = {
        "model": live.model,
        "model_version": live.model_version,
        "sku": live.sku,
        "capacity": live.capacity,
        "rai_policy_name": live.rai_policy_name,
        "version_upgrade_option": live.version_upgrade_option,
        "tags": {name: v for name, v in live.tags.items() if name in (props.get("tags") or {})},
    }
    ours = holder in (Holder.THIS, Holder.SAME_OWNER)
    return {
        **{name: value for name, value in settings.items() if props.get(name) is not None},
        "provisioning_state": live.provisioning_state,
        "created_at": iso(live.created_at) if ours else props.get("created_at"),
        # A run that was interrupted after its write has left a newer one: it is the state's.
        "incarnation": incarnation_of(live) or claim.incarnation if ours else claim.incarnation,
        "removed_for_inactivity": False,
        "taken_over_by": owner_in_words(live) if holder is Holder.OTHER else "",
    }


def observed(clients: AccountClients, inputs: Any, created_at: str | None) -> dict[str, Any]:
    """The deployment's use, or why it is not known."""
    name = known(inputs.deployment_name) or ""
    created = datetime.fromisoformat(created_at) if created_at else None
    seen = activity(
        clients, name, model=known(inputs.model), sku=known(inputs.sku), created_at=created
    )
    if seen["unknown"]:
        say(f"activity of {name!r} is not known: {seen['unknown']}")
    return seen


def name_for(news: Mapping[str, Any], before: Mapping[str, Any]) -> Any:
    """The name that follows from the model; it stays as long as the model does."""
    named = [news.get("model"), news.get("owner")]
    if None in named or not is_known(named):
        return UNKNOWN
    if news["model"] == STILL_TO_COME:
        return STILL_TO_COME
    same = before.get("auto_named") and is_known(before.get("deployment_name"))
    if same and name_key(str(before.get("model"))) == name_key(news["model"]):
        return before.get("deployment_name") or deployment_name(news["owner"], news["model"])
    return deployment_name(news["owner"], news["model"])


def report(done: Deployed) -> None:
    """Say in the output what a write has found, if that is no matter of course."""
    if done.gave_way:
        say(
            f"deployment {done.gave_way!r}, which an earlier run of this resource had made for the "
            f"same model, was deleted for {done.deployment.name!r}"
        )
    for line in done.left_over:
        say(line)
    if done.taken_from:
        say(f"deployment {done.deployment.name!r} was taken over from {done.taken_from}")
    elif done.was_there:
        say(f"deployment {done.deployment.name!r} was there already and served on: updated")
