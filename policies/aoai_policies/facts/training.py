"""Training files, jobs and the models that they left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aoai_policies.facts.account import Account, account_of
from aoai_policies.facts.resource import JOB_TYPE, Resource
from aoai_policies.values import (
    UNKNOWN,
    Properties,
    UnknownType,
    flag,
    number,
    optional_text,
    section,
    text,
    timestamp,
)

FINAL: Final = "final"


@dataclass(frozen=True)
class TrainingFile:
    """A training or validation file.

    Attributes:
        examples: how many lines; None where the content was not seen here.
        bytes: its size; None where the content was not seen here.
        tokens: how many it has for the model; None where they were not counted.
    """

    urn: str
    name: str
    account: Account
    validation: bool | UnknownType
    examples: float | UnknownType | None
    bytes: float | UnknownType | None
    tokens: float | UnknownType | None
    sha256: str | UnknownType


@dataclass(frozen=True)
class Job:
    """A fine-tuning job.

    Attributes:
        job_id: known once it was submitted, and of a job that is taken in.
        inputs: everything that is trained: what makes one training differ from another.
        owner: whose job it is, ``<identity of the stack>/<parent>/<name>``.
        address: names of its parent and of itself, which the owner ends with.
        files: URNs of the resources that the training file comes from.
        fine_tuned_model: name of the model, once it has succeeded.
    """

    urn: str
    name: str
    account: Account
    job_id: str | UnknownType
    model: str | UnknownType
    status: str | UnknownType
    method: str | UnknownType
    training_type: str | UnknownType | None
    hyperparameters: Properties
    inputs: Properties
    owner: str | UnknownType
    address: tuple[str, str]
    files: frozenset[str]
    training_file_sha256: str | UnknownType
    trained_tokens: float | UnknownType | None
    fine_tuned_model: str | UnknownType
    on_delete: str | UnknownType | None
    protect: bool
    properties: Properties

    @property
    def exists(self) -> bool:
        """Whether the service has accepted it."""
        return self.job_id is not UNKNOWN


@dataclass(frozen=True)
class FineTunedModel:
    """A fine-tuned model and the checkpoint that was chosen.

    Attributes:
        job: URN of the job that makes it, else the job's id, else the model's own URN.
        checkpoint: "final", "best" or a step number.
        job_id: the job's id, where it is known.
        source: the job, where the stack has it.
        name: the name to deploy, once it is known.
        base_model: the base model, as far as it is known.
        retires_on: when the service stops to run it, as the service reported.
    """

    urn: str
    job: str
    checkpoint: str | UnknownType
    job_id: str | UnknownType = UNKNOWN
    source: Job | None = None
    name: str | UnknownType = UNKNOWN
    base_model: str | UnknownType = UNKNOWN
    retires_on: datetime | UnknownType | None = None


_TRAINED: Final = (
    "model",
    "validation_file",
    "validation_file_sha256",
    "training_file",
    "training_file_sha256",
    "hyperparameters",
    "method",
    "grader",
    "response_format",
    "suffix",
    "seed",
    "training_type",
    "generation",
    "existing_job_id",
)


def file_of(resource: Resource) -> TrainingFile:
    """A training file from its properties."""
    values = resource.properties
    return TrainingFile(
        urn=resource.urn,
        name=resource.name,
        account=account_of(resource),
        validation=flag(values, "validation"),
        examples=_counted(values, "examples"),
        bytes=_counted(values, "bytes"),
        tokens=_counted(values, "tokens"),
        sha256=text(values, "sha256"),
    )


def _counted(values: Properties, name: str) -> float | UnknownType | None:
    """A count of a file's content; it is stored as 0 where the content was not seen."""
    return number(values, name) or None


def job_of(resource: Resource) -> Job:
    """A job from its properties."""
    values = resource.properties
    return Job(
        urn=resource.urn,
        name=resource.name,
        account=account_of(resource),
        job_id=_first_known(text(values, "job_id"), text(values, "existing_job_id")),
        model=text(values, "model"),
        status=text(values, "status"),
        method=method_of(values),
        training_type=optional_text(values, "training_type"),
        hyperparameters=_hyperparameters(values),
        inputs={name: values.get(name) for name in _TRAINED},
        owner=text(values, "owner"),
        address=((resource.parent or "").rpartition("::")[2], resource.name),
        files=resource.sources("training_file"),
        training_file_sha256=text(values, "training_file_sha256"),
        trained_tokens=number(values, "trained_tokens"),
        fine_tuned_model=text(values, "fine_tuned_model"),
        on_delete=optional_text(values, "on_delete"),
        protect=resource.protect,
        properties=values,
    )


def method_of(values: Properties) -> str | UnknownType:
    """``supervised``, ``dpo`` or ``reinforcement``; the service trains supervised by default."""
    method = values.get("method")
    if method is None:
        return "supervised"
    named = text(section(values, "method"), "type")
    found = text(values, "method") if named is UNKNOWN else named
    return found if found is UNKNOWN else found.lower()


def _hyperparameters(values: Properties) -> Properties:
    """The hyperparameters of a job, those of its method among them."""
    if values.get("hyperparameters") is UNKNOWN or values.get("method") is UNKNOWN:
        return {"n_epochs": UNKNOWN}
    found = dict(section(values, "hyperparameters"))
    method = section(values, "method")
    for kind in ("supervised", "dpo", "reinforcement"):
        found |= section(section(method, kind), "hyperparameters")
    return found


def model_of(resource: Resource, jobs: Mapping[str, Job]) -> FineTunedModel:
    """The model of a FineTunedModel, or of a job that a deployment takes its model from."""
    if resource.type == JOB_TYPE:
        job = jobs[resource.urn]
        return FineTunedModel(
            job.urn, job.urn, FINAL, job.job_id, job, job.fine_tuned_model, job.model
        )
    values = resource.properties
    job_id, checkpoint = text(values, "job_id"), _checkpoint(values.get("checkpoint"))
    known = [jobs[urn] for urn in sorted(resource.sources("job_id")) if urn in jobs]
    source = known[0] if len(known) == 1 else _by_id(job_id, jobs)
    existing = text(values, "existing_model")
    made_from = existing if existing is UNKNOWN else existing.partition(".ft-")[0]
    base = _first_known(text(values, "base_model"), made_from)
    return FineTunedModel(
        urn=resource.urn,
        job=source.urn if source else resource.urn if job_id is UNKNOWN else job_id,
        checkpoint=checkpoint,
        job_id=source.job_id if source and job_id is UNKNOWN else job_id,
        source=source,
        name=_first_known(
            text(values, "fine_tuned_model"), existing if checkpoint == FINAL else UNKNOWN
        ),
        base_model=source.model if source and base is UNKNOWN else base,
        retires_on=timestamp(values, "inference_retires_at"),
    )


def _first_known(*values: str | UnknownType) -> str | UnknownType:
    return next((value for value in values if value is not UNKNOWN), UNKNOWN)


def _by_id(job_id: str | UnknownType, jobs: Mapping[str, Job]) -> Job | None:
    """The job of the stack that a literal id names."""
    return next(
        (job for job in jobs.values() if job_id is not UNKNOWN and job.job_id == job_id), None
    )


def _checkpoint(value: object) -> str | UnknownType:
    if value is None:
        return FINAL
    # A step number comes back from the engine as a float.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int) else UNKNOWN
