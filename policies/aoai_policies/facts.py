"""What the rules know of a stack: plain values, each of them possibly unknown.

What cannot be known stands here as UNKNOWN, so that a rule has to decide about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from .values import UNKNOWN, Properties, UnknownType, flag, moment, section, text

DEPLOYMENT_TYPE: Final = "pulumi-python:dynamic/aoai:ModelDeployment"
JOB_TYPE: Final = "pulumi-python:dynamic/aoai:FineTuningJob"
MODEL_TYPE: Final = "pulumi-python:dynamic/aoai:FineTunedModel"
TYPES: Final = frozenset({DEPLOYMENT_TYPE, JOB_TYPE, MODEL_TYPE})
FINAL: Final = "final"
NOT_YET: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Resource:
    """A resource of the stack, whatever it was read from. Unknown properties are UNKNOWN.

    `depends_on` names, for each property, the URNs of the resources that its value comes from.
    """

    type: str
    urn: str
    name: str
    properties: Properties
    depends_on: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Account:
    """The Azure OpenAI account that holds a deployment."""

    id: str | UnknownType
    location: str | UnknownType
    depends_on: frozenset[str]

    @property
    def name(self) -> str | UnknownType:
        """The last part of the account's ARM id."""
        return UNKNOWN if self.id is UNKNOWN else self.id.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class FineTunedModel:
    """A fine-tuned model and the checkpoint that was chosen.

    `job` is the URN of the job that makes it, else the job's id, else the model's own URN.
    `checkpoint` is "final", "best" or a step number.
    """

    urn: str
    job: str
    checkpoint: str | UnknownType


@dataclass(frozen=True)
class Activity:
    """When a deployment was last called, as its last refresh saw it. Never called is None."""

    last_inference_at: datetime | UnknownType | None
    deleted_on: datetime | UnknownType | None
    observed_at: datetime | UnknownType | None


@dataclass(frozen=True)
class Deployment:
    """A deployment. `models` are the trained models that its `model` comes from."""

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

    @property
    def may_serve_fine_tuned(self) -> bool:
        """False only where it is certain that a base model is served."""
        return self.model is UNKNOWN or bool(self.models) or ".ft-" in self.model.casefold()


@dataclass(frozen=True)
class Stack:
    """The deployments of a stack: those that exist first, the oldest first."""

    deployments: tuple[Deployment, ...]


def stack_of(resources: Iterable[Resource]) -> Stack:
    """The facts of a stack from its resources; those of other types are left out."""
    known = {r.urn: r for r in resources if r.type in TYPES}
    deployments = [_deployment(r, known) for r in known.values() if r.type == DEPLOYMENT_TYPE]
    return Stack(tuple(sorted(deployments, key=_age)))


def _age(deployment: Deployment) -> tuple[datetime, str]:
    created = deployment.created_at
    return (created if isinstance(created, datetime) else NOT_YET, deployment.urn)


def _deployment(resource: Resource, known: Mapping[str, Resource]) -> Deployment:
    values = resource.properties
    return Deployment(
        urn=resource.urn,
        name=resource.name,
        deployment_id=text(values, "deployment_id"),
        deployment_name=text(values, "deployment_name"),
        account=_account(resource),
        model=text(values, "model"),
        models=_models(resource, known),
        sku=text(values, "sku"),
        redeploy=flag(values, "redeploy"),
        removed_for_inactivity=flag(values, "removed_for_inactivity"),
        created_at=moment(values, "created_at"),
        activity=_activity(section(values, "activity")),
    )


def _account(resource: Resource) -> Account:
    values = section(resource.properties, "account")
    return Account(
        id=text(values, "id"),
        location=text(values, "location"),
        depends_on=resource.depends_on.get("account", frozenset()),
    )


def _activity(values: Properties) -> Activity:
    return Activity(
        last_inference_at=moment(values, "last_inference_at"),
        deleted_on=moment(values, "deleted_on"),
        observed_at=moment(values, "observed_at"),
    )


def _models(resource: Resource, known: Mapping[str, Resource]) -> tuple[FineTunedModel, ...]:
    sources = [
        known[urn]
        for urn in sorted(resource.depends_on.get("model", frozenset()))
        if urn in known and known[urn].type in {MODEL_TYPE, JOB_TYPE}
    ]
    # The job stands behind the model: where both are named, the model says more.
    models = [source for source in sources if source.type == MODEL_TYPE] or sources
    return tuple(_model(source, known) for source in models)


def _model(resource: Resource, known: Mapping[str, Resource]) -> FineTunedModel:
    if resource.type == JOB_TYPE:
        return FineTunedModel(resource.urn, job=resource.urn, checkpoint=FINAL)
    jobs = sorted(
        urn
        for urn in resource.depends_on.get("job_id", frozenset())
        if urn in known and known[urn].type == JOB_TYPE
    )
    return FineTunedModel(
        urn=resource.urn,
        job=jobs[0] if len(jobs) == 1 else _job_id(resource),
        checkpoint=_checkpoint(resource.properties.get("checkpoint")),
    )


def _job_id(resource: Resource) -> str:
    job_id = text(resource.properties, "job_id")
    return resource.urn if job_id is UNKNOWN else job_id


def _checkpoint(value: object) -> str | UnknownType:
    if value is None:
        return FINAL
    # A step number comes back from the engine as a float.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int) else UNKNOWN
