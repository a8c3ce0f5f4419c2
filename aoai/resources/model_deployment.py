"""An ARM deployment: a model, fine-tuned or not, served by an account.

A deployment without a name of its own gets one that follows from its model, so a new model is
served beside the old one before that one goes: no gap. With ``deployment_name`` the name stays, and
the model under it is exchanged in place; ``on_model_change="replace"`` deletes first instead.
Capacity, content filter, upgrade option and tags change in place, everything else replaces.

Azure removes a fine-tuned deployment after 15 days without an inference call, and a developer tier
one after 24 hours. A deployment that went that way is kept in state as ``removed_for_inactivity``
and comes back with ``redeploy=True``; one that is gone for another reason is ordinary drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.activity import activity, find, iso, was_due
from aoai.azure.lifecycle.model_deployment import Serving, serve, withdraw
from aoai.errors import InvalidRequest
from aoai.resources.base import (
    ACCOUNT_CHANGES,
    AccountInput,
    Change,
    Provider,
    account_props,
    reports,
    resource_props,
)
from aoai.resources.identity import deployment_name
from aoai.resources.props import is_known, lookup, parse

ON_MODEL_CHANGE = ("update", "replace")

SOURCE_CHANGES = {name.replace("account", "source"): to for name, to in ACCOUNT_CHANGES.items()}

_UNCHANGED = (
    "The old model goes on serving. If Azure does not exchange models under a name, set "
    "`on_model_change` to `replace`, or leave `deployment_name` out."
)

NOT_TOLD = {"on_model_change", "adopt", "redeploy", *ACCOUNT_CHANGES, *SOURCE_CHANGES}
"""Updates that say how the provider goes about it: ARM need not hear of them."""


@dataclass(frozen=True, kw_only=True)
class ModelDeploymentArgs:
    """Inputs of a :class:`ModelDeployment`.

    Attributes:
        account: the account that serves.
        model: name of the model: of a fine-tuned one, a checkpoint, or a base model.
        model_version: ``1`` for a fine-tuned model.
        source: the account that trained the model, if it is not the one that serves.
        deployment_name: a name that stays; left out, it follows from the model.
        sku: ``Standard``, ``GlobalStandard``, ``DeveloperTier``, …
        capacity: thousands of tokens per minute.
        rai_policy_name: content filter; the account's default if left out.
        version_upgrade_option: ARM's own words, for example ``NoAutoUpgrade``.
        tags: tags of the deployment.
        on_model_change: for a name that stays: ``update`` in place or ``replace``, deleted first.
        redeploy: bring back a deployment that Azure removed for inactivity.
        adopt: take over a deployment of that name that somebody else made.
    """

    account: AccountInput
    model: pulumi.Input[str]
    model_version: pulumi.Input[str] = "1"
    source: AccountInput | None = None
    deployment_name: pulumi.Input[str] | None = None
    sku: pulumi.Input[str] = "Standard"
    capacity: pulumi.Input[int] = 1
    rai_policy_name: pulumi.Input[str] | None = None
    version_upgrade_option: pulumi.Input[str] | None = None
    tags: pulumi.Input[Mapping[str, str]] | None = None
    on_model_change: pulumi.Input[str] = "update"
    redeploy: pulumi.Input[bool] = False
    adopt: pulumi.Input[bool] = False


@dataclass(frozen=True, kw_only=True)
class ModelDeploymentInputs:
    """Inputs as stored; ``check`` computes ``auto_named``, and the name where there was none."""

    account: dict[str, Any]
    owner: str
    model: str
    model_version: str = "1"
    source: dict[str, Any] | None = None
    deployment_name: str | None = None
    auto_named: bool = False
    sku: str = "Standard"
    capacity: int = 1
    rai_policy_name: str | None = None
    version_upgrade_option: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    on_model_change: str = "update"
    redeploy: bool = False
    adopt: bool = False


@dataclass(frozen=True, kw_only=True)
class ModelDeploymentState:
    """Outputs: what ARM says of the deployment, and Monitor of its use.

    Attributes:
        created_at: ISO 8601, UTC.
        removed_for_inactivity: Azure removed it when its day had come; the model is still there.
        activity: ``calls`` and ``last_inference_at`` within Monitor's 93 days, ``deleted_on``, the
            moment when Azure removes it if nobody calls, ``observed_at``, by the service's clock.
    """

    deployment_id: str
    provisioning_state: str
    created_at: str | None
    removed_for_inactivity: bool = False
    activity: dict[str, Any] = field(default_factory=dict)


class ModelDeploymentProvider(Provider):
    """Deploys by whichever of the three routes the two accounts call for."""

    inputs = ModelDeploymentInputs
    diff_table: ClassVar[Mapping[str, Change]] = {
        **ACCOUNT_CHANGES,
        "owner": Change.IGNORE,
        "model": Change.REPLACE,  # or update, see change_of
        "model_version": Change.REPLACE,
        **SOURCE_CHANGES,
        "deployment_name": Change.REPLACE,
        "auto_named": Change.IGNORE,
        "sku": Change.REPLACE,
        "capacity": Change.UPDATE,
        "rai_policy_name": Change.UPDATE,
        "version_upgrade_option": Change.UPDATE,
        "tags": Change.UPDATE,
        "on_model_change": Change.UPDATE,
        "redeploy": Change.UPDATE,
        "adopt": Change.UPDATE,
    }

    def check_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Name the deployment after its model, if it has no name and the model is known."""
        failures = []
        if is_known(news.get("capacity", 1)) and news.get("capacity", 1) < 1:
            failures.append(CheckFailure("capacity", "`capacity` must be at least 1"))
        if news.get("on_model_change", "update") not in ON_MODEL_CHANGE:
            failures.append(
                CheckFailure("on_model_change", "`on_model_change` takes `update` or `replace`")
            )
        if news.get("deployment_name") is not None:
            return {"auto_named": False}, failures
        if not is_known([news["model"], news["owner"]]):
            return {"auto_named": True}, failures
        name = deployment_name(news["owner"], news["model"])
        return {"auto_named": True, "deployment_name": name}, failures

    @reports
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """As the table says, but what Azure removed only changes when it is asked back."""
        result = super().diff(id_, olds, news)
        if olds.get("removed_for_inactivity") and not result.replaces:
            result.changes = bool(news.get("redeploy"))
        return result

    def change_of(self, name: str, news: Mapping[str, Any]) -> Change:
        """Under a name that stays, another model is an update, unless a replacement is wanted."""
        keeps_name = not news.get("auto_named") and news.get("on_model_change") != "replace"
        if name == "model" and keeps_name:
            return Change.UPDATE
        return super().change_of(name, news)

    def is_same(self, name: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """A name that will follow from a model that is not known yet is no change by itself."""
        if name == "deployment_name" and news.get("auto_named") and news.get(name) is None:
            return True
        if name == "sku":
            old, new = olds.get(name), news.get(name)
            if isinstance(old, str) and isinstance(new, str):
                return old.casefold() == new.casefold()
        return super().is_same(name, olds, news)

    def deletes_first(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """One name, or one model, cannot stand twice side by side in one account."""
        if lookup(olds, "account.id") != lookup(news, "account.id"):
            return False
        return any(
            is_known(news.get(name)) and olds.get(name) == news.get(name)
            for name in ("deployment_name", "model")
        )

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Deploy, unless something else has the name or serves the model already."""
        inputs = parse(ModelDeploymentInputs, props)
        deployment = serve(connect(Account.from_props(inputs.account)), _serving(inputs))
        named = {**props, "deployment_name": deployment.name}
        return CreateResult(deployment.id, self.outputs(named, state_of(deployment)))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """State and activity, each from one call per account; live settings show as drift."""
        inputs = parse(ModelDeploymentInputs, props)
        connection = connect(Account.from_props(inputs.account))
        live = find(connection, inputs.deployment_name or "")
        state = _live(props, live) if live else dict(props)
        state["activity"] = _activity(connection, inputs, state.get("created_at"))
        if live is None:
            if not was_due(state["activity"]):
                return self.gone()
            state |= {"provisioning_state": "Removed", "removed_for_inactivity": True}
        return ReadResult(id_, {**props, **state})

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Tell ARM what changed: it takes the whole deployment in one request."""
        inputs = parse(ModelDeploymentInputs, news)
        state = parse(ModelDeploymentState, olds)
        told = set(self.changed(olds, news, Change.UPDATE)) - NOT_TOLD
        if told or state.removed_for_inactivity:
            connection = connect(Account.from_props(inputs.account))
            try:
                deployment = serve(connection, _serving(inputs))
            except InvalidRequest as error:
                raise error.advising(_UNCHANGED if "model" in told else "") from None
            state = replace(state_of(deployment), activity=state.activity)
        return UpdateResult(self.outputs(news, state))

    @reports
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Delete the deployment, if it is still this resource's own; the model stays."""
        inputs = parse(ModelDeploymentInputs, props)
        connection = connect(Account.from_props(inputs.account))
        name = inputs.deployment_name or ""
        if not withdraw(connection, name, inputs.owner, inputs.model):
            print(f"deployment {name!r} is somebody else's by now, or serves another model: kept")


def _serving(inputs: ModelDeploymentInputs) -> Serving:
    """The inputs in the client's words."""
    return Serving(
        account=Account.from_props(inputs.account),
        source=Account.from_props(inputs.source) if inputs.source else None,
        name=inputs.deployment_name or deployment_name(inputs.owner, inputs.model),
        owner=inputs.owner,
        model=inputs.model,
        model_version=inputs.model_version,
        sku=inputs.sku,
        capacity=inputs.capacity,
        rai_policy_name=inputs.rai_policy_name,
        version_upgrade_option=inputs.version_upgrade_option,
        tags=inputs.tags,
        adopt=inputs.adopt,
    )


def state_of(deployment: Deployment) -> ModelDeploymentState:
    """What is stored of a deployment that was just written: nothing is known of its use yet."""
    return ModelDeploymentState(
        deployment_id=deployment.id,
        provisioning_state=deployment.provisioning_state,
        created_at=iso(deployment.created_at),
    )


def _live(props: Mapping[str, Any], deployment: Deployment) -> dict[str, Any]:
    """The deployment as it is in Azure; a setting that nobody chose is no drift."""
    tags = deployment.tags.items()
    settings = {
        "model": deployment.model,
        "model_version": deployment.model_version,
        "sku": deployment.sku,
        "capacity": deployment.capacity,
        "rai_policy_name": deployment.rai_policy_name,
        "version_upgrade_option": deployment.version_upgrade_option,
        "tags": {name: value for name, value in tags if name in (props.get("tags") or {})},
    }
    return {
        **{name: value for name, value in settings.items() if props.get(name) is not None},
        "provisioning_state": deployment.provisioning_state,
        "created_at": iso(deployment.created_at),
        "removed_for_inactivity": False,
    }


def _activity(
    connection: AccountClients, inputs: ModelDeploymentInputs, created_at: str | None
) -> dict[str, Any]:
    """The deployment's use; with a line that says why, where it is not known."""
    name = inputs.deployment_name or ""
    created = datetime.fromisoformat(created_at) if created_at else None
    seen = activity(connection, name, model=inputs.model, sku=inputs.sku, created_at=created)
    if seen["unknown"]:
        print(f"activity of {name!r} is not known: {seen['unknown']}")
    return seen


class ModelDeployment(Resource, module="aoai", name="ModelDeployment"):
    """A model, fine-tuned or not, served by an account."""

    model: pulumi.Output[str]
    deployment_name: pulumi.Output[str]
    deployment_id: pulumi.Output[str]
    provisioning_state: pulumi.Output[str]
    created_at: pulumi.Output[str | None]
    activity: pulumi.Output[dict[str, Any]]
    removed_for_inactivity: pulumi.Output[bool]

    def __init__(
        self, name: str, args: ModelDeploymentArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = resource_props(name, args, ModelDeploymentState)
        props["source"] = account_props(args.source) if args.source is not None else None
        super().__init__(ModelDeploymentProvider(), name, props, opts)
