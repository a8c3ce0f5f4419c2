"""What a succeeded job left: the model's name, its checkpoints, the one that is served.

It exists once training has succeeded, so whatever depends on it waits for that. Another job is
another model. ``delete`` does nothing: no Azure API deletes a fine-tuned model, only the portal
does, and a model that is not deployed costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, ReadResult, Resource, UpdateResult

from aoai.azure.account import Account
from aoai.azure.authoring.job_log import Checkpoint
from aoai.azure.authoring.jobs import Job
from aoai.azure.authoring.models import Model
from aoai.azure.clients import AccountClients, connect
from aoai.errors import ConfigurationError, NotFound
from aoai.resources.base import (
    ACCOUNT_CHANGES,
    AccountInput,
    Change,
    Provider,
    reports,
    resource_props,
)
from aoai.resources.props import parse


@dataclass(frozen=True, kw_only=True)
class FineTunedModelArgs:
    """Inputs of a :class:`FineTunedModel`.

    Attributes:
        account: the account that trained it.
        job_id: a job that has succeeded; :meth:`JobWaiter.completed` waits for it.
        checkpoint: ``final``, ``best`` (lowest validation loss) or a step number.
    """

    account: AccountInput
    job_id: pulumi.Input[str]
    checkpoint: pulumi.Input[str | int] = "final"


@dataclass(frozen=True, kw_only=True)
class FineTunedModelInputs:
    """Inputs as stored."""

    account: dict[str, Any]
    owner: str
    job_id: str
    checkpoint: str | int = "final"


@dataclass(frozen=True, kw_only=True)
class FineTunedModelState:
    """Outputs: ``fine_tuned_model`` is the name to deploy, of the model or of its checkpoint."""

    fine_tuned_model: str
    base_model: str
    trained_tokens: int | None = None
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    lifecycle_status: str | None = None
    inference_retires_at: int | None = None


class FineTunedModelProvider(Provider):
    """Reads what a job left and picks the checkpoint; it makes and deletes nothing."""

    inputs = FineTunedModelInputs
    diff_table: ClassVar[Mapping[str, Change]] = {
        **ACCOUNT_CHANGES,
        "owner": Change.IGNORE,
        "job_id": Change.REPLACE,
        "checkpoint": Change.UPDATE,
    }

    def check_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """The checkpoint's form."""
        choice = news.get("checkpoint", "final")
        if isinstance(choice, str) and choice not in ("final", "best"):
            text = f"`checkpoint` takes `final`, `best` or a step number, not {choice!r}"
            return {}, [CheckFailure("checkpoint", text)]
        return {}, []

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Take in the model that the job left."""
        model, state = _look(parse(FineTunedModelInputs, props))
        return CreateResult(model, self.outputs(props, state))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Whether the model is still there, and until when the service runs it."""
        connection = connect(Account.from_props(parse(FineTunedModelInputs, props).account))
        try:
            model = connection.models.get_model(id_)
        except NotFound:
            return self.gone()
        facts = {
            "lifecycle_status": model.lifecycle_status,
            "inference_retires_at": model.inference_retires_at,
        }
        return ReadResult(id_, {**props, **facts})

    @reports
    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Choose the checkpoint anew."""
        _model, state = _look(parse(FineTunedModelInputs, news))
        return UpdateResult(self.outputs(news, state))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Nothing: Azure has no call for it."""


def _look(inputs: FineTunedModelInputs) -> tuple[str, FineTunedModelState]:
    """The model that the job left, by name, and what is stored of it and its checkpoints."""
    connection = connect(Account.from_props(inputs.account))
    job, name = _succeeded(connection, inputs.job_id)
    model = _present(connection, job, name)
    checkpoints = connection.jobs.list_checkpoints(job.id)
    return model.id, FineTunedModelState(
        fine_tuned_model=choose(name, checkpoints, inputs.checkpoint),
        base_model=job.model,
        trained_tokens=job.trained_tokens,
        checkpoints=[asdict(checkpoint) for checkpoint in checkpoints],
        lifecycle_status=model.lifecycle_status,
        inference_retires_at=model.inference_retires_at,
    )


def _succeeded(connection: AccountClients, job_id: str) -> tuple[Job, str]:
    job = connection.jobs.get_job(job_id)
    if not job.has_succeeded or not job.fine_tuned_model:
        raise ConfigurationError(
            f"job {job.id} is {job.status}, so there is no model yet; wait for it with "
            "JobWaiter.completed(job)"
        )
    return job, job.fine_tuned_model


def _present(connection: AccountClients, job: Job, name: str) -> Model:
    try:
        return connection.models.get_model(name)
    except NotFound:
        raise ConfigurationError(
            f"job {job.id} made {name}, which was deleted since; raise the job's `generation` to "
            "train it again"
        ) from None


def choose(name: str, checkpoints: list[Checkpoint], choice: str | int) -> str:
    """The name of the model or checkpoint to serve.

    Raises:
        ConfigurationError: the service kept no such checkpoint; it keeps the last three.
    """
    if choice == "final":
        return name
    losses = {point.model: point.validation_loss for point in checkpoints}
    measured = {model: loss for model, loss in losses.items() if loss is not None}
    if choice == "best" and measured:
        return min(measured, key=lambda model: measured[model])
    for point in checkpoints:
        if point.step_number == choice:
            return point.model
    steps = ", ".join(str(point.step_number) for point in checkpoints) or "none"
    raise ConfigurationError(
        f"{name} has no checkpoint {choice!r}; steps kept: {steps}; `best` needs a validation file"
    )


class FineTunedModel(Resource, module="aoai", name="FineTunedModel"):
    """What a succeeded job left."""

    fine_tuned_model: pulumi.Output[str]
    base_model: pulumi.Output[str]
    trained_tokens: pulumi.Output[int | None]
    checkpoints: pulumi.Output[list[dict[str, Any]]]
    lifecycle_status: pulumi.Output[str | None]
    inference_retires_at: pulumi.Output[int | None]

    def __init__(
        self, name: str, args: FineTunedModelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = resource_props(name, args, FineTunedModelState)
        super().__init__(FineTunedModelProvider(), name, props, opts)
