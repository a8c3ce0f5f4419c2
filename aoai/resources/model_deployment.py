"""An ARM deployment: a model, fine-tuned or not, served by an account.

A deployment without a name of its own gets one that follows from its model, so a new model is
served beside the old one before that one goes: no gap. With ``deployment_name`` the name stays, and
the model under it is exchanged in place; ``on_model_change="replace"`` deletes first instead.
Capacity, content filter, upgrade option and tags change in place, everything else replaces.
``--replace`` and ``taint`` write the deployment again, under its name and without a gap.

Azure removes a fine-tuned deployment after 15 days without an inference call, and a developer tier
one after 24 hours. A deployment that went that way is kept in state as ``removed_for_inactivity``
and comes back with another model or ``redeploy=True``; one that is gone for another reason is
ordinary drift.

An empty ``model`` is one that is still being trained: the model before it goes on serving, and
where there was none, the deployment is recorded, and made by the run that finds the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)

from aoai.azure.arm_names import same_id, same_name
from aoai.azure.clients import connect
from aoai.azure.lifecycle.activity import look, was_due
from aoai.azure.lifecycle.deployment_claim import Claim, new_incarnation
from aoai.azure.lifecycle.model_deployment import deploy, require_room
from aoai.azure.lifecycle.undeployment import undeploy
from aoai.errors import InvalidRequest
from aoai.resources.account import account_of, account_props, is_same_place
from aoai.resources.base import AoaiResource, Provider, reports, resource_props
from aoai.resources.declaration import Change, InputField, known, leaves_of, parse
from aoai.resources.deployment_checks import deployment_problems
from aoai.resources.deployment_inputs import ModelDeploymentArgs
from aoai.resources.deployment_state import (
    NOT_DEPLOYED,
    ModelDeploymentState,
    age_of,
    claim_of,
    live_values,
    name_for,
    observed,
    report,
    state_of,
    wanted_of,
)
from aoai.resources.deployment_takeover import takeover
from aoai.resources.held import is_refresh
from aoai.resources.identity import address_of
from aoai.resources.pending import PENDING_ID, STILL_TO_COME, keeping
from aoai.resources.progress import say
from aoai.resources.props import is_known, parse_state

_UNCHANGED = (
    "The old model goes on serving. If Azure does not exchange models under a name, set "
    "`on_model_change` to `replace`, or leave `deployment_name` out."
)


class ModelDeploymentProvider(Provider):
    """Deploys by whichever of the three routes the two accounts call for."""

    args = ModelDeploymentArgs
    accounts = ("account", "source")

    def check_inputs(
        self, news: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Name the deployment after its model, if it has no name and the model is known."""
        failures, name = list(deployment_problems(news)), news.get("deployment_name")
        kept = keeping("model", news, before)
        if not failures and (line := takeover(news, before)) and self.held.is_news(line):
            say(line)
        if name is not None:
            self.held.wants(str(news.get("owner")), {**news, **kept, "auto_named": False})
            return {**kept, "auto_named": False}, failures
        named = name_for({**news, **kept}, before)
        return {**kept, "auto_named": True, "deployment_name": named}, failures

    @reports
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """As declared, but what Azure removed comes back when it is asked to, or for another model.

        A deployment that was only recorded is made by a replacement: it has no id yet.
        """
        self.held.made_from(id_, str(olds.get("incarnation") or ""))
        result = super().diff(id_, olds, news)
        if olds.get("model") == STILL_TO_COME != news.get("model"):
            return DiffResult(changes=True, replaces=["model"], delete_before_replace=False)
        if olds.get("removed_for_inactivity") and not result.replaces:
            another = "model" in self.changed(olds, news, Change.UPDATE)
            result.changes = another or bool(news.get("redeploy"))
        elif olds.get("taken_over_by"):
            result.changes = True
        return result

    def compare(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        """As declared; after a move of the account, its id is written to the state."""
        result = super().compare(olds, news)
        result.changes = result.changes or _was_moved(olds, news)
        return result

    def change_of(self, field: InputField, news: Mapping[str, Any]) -> Change:
        """Under a name that stays, another model is an update, unless a replacement is wanted."""
        keeps_name = not news.get("auto_named") and news.get("on_model_change") != "replace"
        if field.name == "model" and keeps_name:
            return Change.UPDATE
        return super().change_of(field, news)

    def is_same(self, field: InputField, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """A name that will follow from a model that is not known yet is no change by itself."""
        name = news.get("deployment_name")
        follows = news.get("auto_named") and (name is None or not is_known(name))
        if field.name == "deployment_name" and follows:
            return True
        return super().is_same(field, olds, news)

    def deletes_first(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """One name, or one model, cannot exist twice side by side in one account."""
        if not is_same_place(olds.get("account"), news.get("account")):
            return False
        fields = {field.name: field for field in leaves_of(self.args)}
        return any(
            news.get(name) is not None
            and super(ModelDeploymentProvider, self).is_same(fields[name], olds, news)
            for name in ("deployment_name", "model")
        )

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Deploy, unless something else has the name or serves the model already."""
        inputs = parse(ModelDeploymentArgs, props)
        if inputs.model == STILL_TO_COME:
            return CreateResult(PENDING_ID, self.outputs(props, NOT_DEPLOYED))
        clients = connect(account_of(inputs.account))
        wanted, owner = wanted_of(inputs), known(inputs.owner or "")
        claim = claim_of(inputs, new_incarnation(), age_of(wanted.name, self.held.times(owner)))
        held = self.held.contents(owner)
        done = deploy(clients, wanted, claim, held, refreshed=is_refresh())
        report(done)
        self.held.keep(done.deployment.id)
        named = {**props, "deployment_name": done.deployment.name}
        made = done.deployment.created_at
        since = self.held.next_since(owner, int(made.timestamp()) if made else None)
        state = replace(state_of(done.deployment, claim.incarnation), held_since=since)
        return CreateResult(done.deployment.id, self.outputs(named, state))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """State and activity, each from one call per account; live settings show as drift."""
        inputs = parse(ModelDeploymentArgs, props)
        self.held.read(known(inputs.owner or ""))
        if inputs.model == STILL_TO_COME:
            return ReadResult(id_, props)
        account = account_of(inputs.account)
        clients, live = look(connect(account), known(inputs.deployment_name) or "")
        if not same_id(clients.account.id, account.id):
            say(f"{account} was moved: set its `id` to {clients.account.id}")
        state = live_values(inputs, props, live) if live else dict(props)
        state["activity"] = observed(clients, inputs, state.get("created_at"))
        if live is None:
            if not was_due(state["activity"]):
                return self.gone()
            state |= {"provisioning_state": "Removed", "removed_for_inactivity": True}
        elif owner := state.get("taken_over_by"):
            say(
                f"deployment {live.name!r} of {clients.account} was taken over by {owner}: remove "
                "it from this program, or set `adopt` to take it back"
            )
        return ReadResult(id_, {**props, **state})

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Send ARM what changed: it takes the whole deployment in one request."""
        inputs, state = parse(ModelDeploymentArgs, news), parse_state(ModelDeploymentState, olds)
        changed = {
            field.name
            for field in leaves_of(self.args)
            if (field.declared.wire or field.name == "tags") and not self.is_same(field, olds, news)
        }
        if inputs.model == STILL_TO_COME:
            return UpdateResult(self.outputs(news, state))
        if changed or state.removed_for_inactivity or state.taken_over_by:
            clients = connect(account_of(inputs.account))
            claim = claim_of(inputs, state.incarnation or new_incarnation(), state.created_at)
            before = set(olds.get("tags") or {})
            try:
                held = self.held.contents(known(inputs.owner or ""))
                done = deploy(clients, wanted_of(inputs, before), claim, held)
            except InvalidRequest as error:
                raise error.advising(_UNCHANGED if "model" in changed else "") from None
            report(replace(done, was_there=False))
            state = replace(
                state_of(done.deployment, claim.incarnation),
                activity=state.activity,
                held_since=state.held_since,
            )
        elif _was_moved(olds, news):
            account = connect(account_of(inputs.account)).inventory.account()  # it is there
            place = f"{account.id}/deployments/{known(inputs.deployment_name)}"
            state = replace(state, deployment_id=place)
        return UpdateResult(self.outputs(news, state))

    @reports
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Delete the deployment, if it is still the one that the state means; the model stays."""
        inputs, state = parse(ModelDeploymentArgs, props), parse_state(ModelDeploymentState, props)
        if inputs.model == STILL_TO_COME:
            return
        clients = connect(account_of(inputs.account))
        name = known(inputs.deployment_name) or ""
        claim = claim_of(inputs, state.incarnation, state.created_at)
        self._require_room(inputs, claim)
        why = undeploy(clients, name, claim, is_kept=self.held.is_kept, refreshed=is_refresh())
        if why:
            say(f"deployment {name!r} of {clients.account} is kept: {why}")

    def _require_room(self, inputs: ModelDeploymentArgs, claim: Claim) -> None:
        """Under a name that is fixed, see that the next one can be made before this one goes."""
        news = self.held.wanted(known(inputs.owner or ""))
        if news is None or news["model"] == STILL_TO_COME:
            return
        wanted, old = wanted_of(parse(ModelDeploymentArgs, news)), wanted_of(inputs)
        unchanged = same_name(wanted.name, old.name) and wanted.model == old.model
        if not unchanged and wanted.account.is_same_place(old.account):
            require_room(connect(wanted.account), wanted, claim, old.name)


def _was_moved(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether the account is the same one under another id."""
    before, now = olds.get("account"), news.get("account")
    if not (isinstance(before, Mapping) and isinstance(now, Mapping) and is_known(now)):
        return False
    ids = str(before.get("id")), str(now.get("id"))
    return is_same_place(before, now) and not same_id(*ids)


class ModelDeployment(AoaiResource, module="aoai", name="ModelDeployment"):
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
        props = resource_props(name, args, ModelDeployment, opts)
        props |= {"source": account_props(args.source), "address": address_of(name)}
        super().__init__(ModelDeploymentProvider(), name, props, opts)
