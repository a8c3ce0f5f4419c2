"""Deployments of models, and what is known of their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aoai_policies.facts.account import Account, account_of
from aoai_policies.facts.resource import Resource
from aoai_policies.facts.training import FineTunedModel
from aoai_policies.values import (
    UNKNOWN,
    Properties,
    UnknownType,
    flag,
    moment,
    number,
    optional_text,
    section,
    text,
)

TUNED = ".ft-"
"""Between the base model and the job in a fine-tuned model's name."""

_AN_HOUR = timedelta(hours=1)
DEVELOPER_TIERS = frozenset({"developer", "developertier"})


@dataclass(frozen=True)
class Activity:
    """When a deployment was last called, as its last refresh read it. Never called is None.

    Attributes:
        unknown: why the reading is not to be believed; empty if it is.
    """

    last_inference_at: datetime | UnknownType | None
    deleted_on: datetime | UnknownType | None
    observed_at: datetime | UnknownType | None
    unknown: str = ""


@dataclass(frozen=True)
class Deployment:
    """A deployment.

    Attributes:
        models: the trained models that its ``model`` comes from.
        source: the account that trained the model, where it is another one; None if it is not.
        managed: whether a ModelDeployment of this project makes it, so that its use is read.
        registered: whether the program declares it.
        tags: None if they are not known yet.
    """

    urn: str
    name: str
    deployment_id: str | UnknownType
    deployment_name: str | UnknownType
    account: Account
    model: str | UnknownType
    models: tuple[FineTunedModel, ...]
    sku: str | UnknownType
    redeploy: bool | UnknownType
    removed_for_inactivity: bool | UnknownType
    created_at: datetime | UnknownType | None
    activity: Activity
    capacity: float | UnknownType | None = None
    rai_policy_name: str | UnknownType | None = None
    source: Account | None = None
    tags: Properties | None = None
    protect: bool = False
    managed: bool = True
    registered: bool = True
    properties: Properties | None = None

    @property
    def may_serve_fine_tuned(self) -> bool:
        """False only where it is certain that a base model is served."""
        return self.model is UNKNOWN or bool(self.models) or TUNED in self.model.casefold()

    @property
    def base_model(self) -> str | UnknownType:
        """The base model, from the name or from the one training that it comes from."""
        if self.model is not UNKNOWN:
            return base_of(self.model)
        bases = {model.base_model for model in self.models}
        return base_of(next(iter(bases))) if len(bases) == 1 else UNKNOWN

    @property
    def is_developer_tier(self) -> bool:
        """Whether it lives for 24 hours whatever its use."""
        return self.sku is not UNKNOWN and self.sku.casefold() in DEVELOPER_TIERS


def base_of(model: str | UnknownType) -> str | UnknownType:
    """The base model in the name of a fine-tuned one; the name of a base model as it is."""
    if model is UNKNOWN:
        return UNKNOWN
    at = model.casefold().find(TUNED)
    return model if at < 0 else model[:at]


def deployment_of(resource: Resource, models: tuple[FineTunedModel, ...]) -> Deployment:
    """A ModelDeployment from its properties."""
    values = resource.properties
    return Deployment(
        urn=resource.urn,
        name=resource.name,
        deployment_id=text(values, "deployment_id"),
        deployment_name=text(values, "deployment_name"),
        account=account_of(resource),
        model=text(values, "model"),
        models=models,
        sku=text(values, "sku"),
        redeploy=flag(values, "redeploy"),
        removed_for_inactivity=flag(values, "removed_for_inactivity"),
        created_at=moment(values, "created_at"),
        activity=activity_of(section(values, "activity")),
        capacity=number(values, "capacity"),
        rai_policy_name=optional_text(values, "rai_policy_name"),
        source=None if values.get("source") is None else account_of(resource, "source"),
        tags=tags_of(values),
        protect=resource.protect,
        registered=resource.registered,
        properties=values,
    )


def tags_of(values: Properties) -> Properties | None:
    """Tags; None if they are not known yet."""
    return None if values.get("tags") is UNKNOWN else section(values, "tags")


def activity_of(values: Properties) -> Activity:
    """A reading of a deployment's use, as a refresh has stored it.

    The form is ``{calls, last_inference_at, deleted_on, observed_at, unknown}``; ``unknown`` is
    the reason why the rest must not be believed. A reading that contradicts itself is none.
    """
    reason = _distrust(values)
    # Until it is read for the first time all its values are null.
    unread = values.get("observed_at", UNKNOWN) is None
    return Activity(
        last_inference_at=UNKNOWN if reason or unread else moment(values, "last_inference_at"),
        deleted_on=moment(values, "deleted_on"),
        observed_at=moment(values, "observed_at"),
        unknown=reason,
    )


def _distrust(values: Properties) -> str:
    """Why a reading must not be believed; empty if it may."""
    unknown = values.get("unknown")
    if isinstance(unknown, str) and unknown.strip():
        return unknown.strip()
    if unknown not in (None, "", False):
        return "the reading is marked as unknown"
    last, read = moment(values, "last_inference_at"), moment(values, "observed_at")
    if isinstance(last, datetime) and isinstance(read, datetime) and last - read > _AN_HOUR:
        return "the last call is later than the reading"
    unread = read is None and values.get("calls") is None
    return "" if unread or "calls" not in values else _distrust_calls(values, last)


def _distrust_calls(values: Properties, last: datetime | UnknownType | None) -> str:
    calls = number(values, "calls")
    if calls is None or calls is UNKNOWN or calls < 0:
        return "the reading has no count of calls"
    if calls > 0 and last is None:
        return "the reading counts calls but has no time of the last one"
    return ""
