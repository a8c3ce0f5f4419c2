"""What a succeeded job left: the model's name, its checkpoints, the one that is served.

It exists once training has succeeded, so whatever depends on it waits for that. Another job is
another model. ``--replace`` and ``taint`` read it again. ``delete`` does nothing: no Azure API
deletes a fine-tuned model, only the portal does, and a model that is not deployed costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, ReadResult, Resource, UpdateResult

from aoai.azure.authoring import jobs
from aoai.azure.authoring.models import Model
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.fine_tuning_job import find_job
from aoai.errors import ConfigurationError, NotFound
from aoai.resources.account import ResourceArgs, account_of
from aoai.resources.base import Provider, reports, resource_props
from aoai.resources.declaration import known, parse, replaces, updates
from aoai.resources.props import parse_state


@dataclass(frozen=True, kw_only=True)
class FineTunedModelArgs(ResourceArgs):
    """Inputs of a :class:`FineTunedModel`."""

    job_id: Annotated[
        pulumi.Input[str],
        replaces("A job that has succeeded; `JobWaiter.completed` waits for it."),
    ]
    checkpoint: Annotated[
        pulumi.Input[str | int],
        updates("`final`, `best` (lowest validation loss) or a step number.", stored=str | int),
    ] = "final"

    @property
    def choice(self) -> str | int:
        """The checkpoint that stored inputs ask for."""
        checkpoint: Any = self.checkpoint
        return checkpoint if isinstance(checkpoint, int) else str(checkpoint)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A checkpoint as it is stored; ``created_at`` in seconds since 1970."""

    id: str
    model: str
    step_number: int | None
    created_at: int | None
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class FineTunedModelState:
    """Outputs: ``fine_tuned_model`` is the name to deploy, of the model or of its checkpoint."""

    fine_tuned_model: str
    base_model: str
    trained_tokens: int | None = None
    checkpoints: list[Checkpoint] = field(default_factory=list)
    lifecycle_status: str | None = None
    inference_retires_at: int | None = None


class FineTunedModelProvider(Provider):
    """Reads what a job left and picks the checkpoint; it makes and deletes nothing."""

    args = FineTunedModelArgs

    def check_inputs(
        self, news: Mapping[str, Any], _before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """The checkpoint's form."""
        choice = news.get("checkpoint", "final")
        if isinstance(choice, str) and choice not in ("final", "best"):
            text = f"`checkpoint` takes `final`, `best` or a step number, not {choice!r}"
            return {}, [CheckFailure("checkpoint", text)]
        return {}, []

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Take in the model that the job left."""
        model, state = _look(parse(FineTunedModelArgs, props))
        return CreateResult(model, self.outputs(props, state))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Whether the model is still there, and until when the service runs it."""
        clients = connect(account_of(parse(FineTunedModelArgs, props).account))
        try:
            model = clients.models.get_model(id_)
        except NotFound:
            return self.gone()
        facts = {
            "lifecycle_status": model.lifecycle_status,
            "inference_retires_at": model.inference_retires_at,
        }
        return ReadResult(id_, {**props, **facts})

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Choose the checkpoint anew, among those that are stored: old records go away."""
        inputs, state = parse(FineTunedModelArgs, news), parse_state(FineTunedModelState, olds)
        name = state.fine_tuned_model.partition(":")[0]
        chosen = choose(name, state.checkpoints, inputs.choice)
        return UpdateResult(self.outputs(news, replace(state, fine_tuned_model=chosen)))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Nothing: Azure has no call for it."""


def _look(inputs: FineTunedModelArgs) -> tuple[str, FineTunedModelState]:
    """The model that the job left, by name, and what is stored of it and its checkpoints."""
    clients = connect(account_of(inputs.account))
    job, name = _succeeded(clients, known(inputs.job_id))
    model = _present(clients, job, name)
    checkpoints = _checkpoints(clients, job.id)
    return model.id, FineTunedModelState(
        fine_tuned_model=choose(name, checkpoints, inputs.choice),
        base_model=job.model,
        trained_tokens=job.trained_tokens,
        checkpoints=checkpoints,
        lifecycle_status=model.lifecycle_status,
        inference_retires_at=model.inference_retires_at,
    )


def _succeeded(clients: AccountClients, job_id: str) -> tuple[jobs.Job, str]:
    job = find_job(clients, job_id)
    if job is None or not job.has_succeeded or not job.fine_tuned_model:
        status = job.status if job else "not there"
        raise ConfigurationError(
            f"job {job_id} is {status}, so there is no model yet; wait for it with "
            "JobWaiter.completed(job)"
        )
    return job, job.fine_tuned_model


def _present(clients: AccountClients, job: jobs.Job, name: str) -> Model:
    try:
        return clients.models.get_model(name)
    except NotFound:
        raise ConfigurationError(
            f"job {job.id} made {name}, which was deleted since; raise the job's `generation` to "
            "train it again"
        ) from None


def _checkpoints(clients: AccountClients, job_id: str) -> list[Checkpoint]:
    """The checkpoints of a job; none where its record is gone."""
    try:
        listed = clients.jobs.list_checkpoints(job_id)
    except NotFound:
        return []
    return [
        Checkpoint(
            id=point.id,
            model=point.model,
            step_number=point.step_number,
            created_at=point.created_at,
            metrics=dict(point.metrics),
        )
        for point in listed
    ]


def validation_loss(point: Checkpoint) -> float | None:
    """Loss over the validation file, of all of it where that was measured."""
    return point.metrics.get("full_valid_loss", point.metrics.get("valid_loss"))


def choose(name: str, checkpoints: list[Checkpoint], choice: str | int) -> str:
    """The name of the model or checkpoint to serve.

    Raises:
        ConfigurationError: the service kept no such checkpoint; it keeps those of the last three
            epochs, and sometimes one more.
    """
    if choice == "final":
        return name
    losses = {point.model: validation_loss(point) for point in checkpoints}
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
        props = resource_props(name, args, FineTunedModelState, opts)
        super().__init__(FineTunedModelProvider(), name, props, opts)
