"""What is stored of a fine-tuned model: its shapes never change, whatever the clients call it."""

from __future__ import annotations

from dataclasses import dataclass, field

from aoai.azure.authoring.jobs import Job
from aoai.azure.authoring.models import Model
from aoai.resources.pending import STILL_TO_COME
from aoai.results.checkpoint_choice import Choice
from aoai.results.curves import small_part
from aoai.results.overfit import overfit_of
from aoai.results.reading import JobResults

_LEFT_TO_THE_SERVICE = ("auto", -1)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A checkpoint as it is stored; ``created_at`` in seconds since 1970."""

    id: str
    model: str
    # The engine drops a null, so what may be None has a default.
    step_number: int | None = None
    created_at: int | None = None
    metrics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Overfit:
    """How validation compares with training at the end.

    Attributes:
        reading: ``none``, ``mild``, ``moderate`` or ``severe``.
        metric: what was measured on the validation file.
        ratio: validation loss to training loss; None for rewards.
        best_step: the step at which ``metric`` was best.
        sentence: all of it in words.
    """

    reading: str
    metric: str
    best_step: int
    sentence: str
    ratio: float | None = None


@dataclass(frozen=True, kw_only=True)
class Billed:
    """What the service billed: tokens or hours, and their list price in USD if it is known."""

    tokens: int | None = None
    hours: float | None = None
    usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class FineTunedModelState:
    """Outputs: ``fine_tuned_model`` is the name to deploy, of the model or of its checkpoint.

    It is empty while the first training goes on.

    Attributes:
        hyperparameters: those that the job was trained with, also where the service chose them.
        curves: by metric, at most 50 points ``[step, value]``: the first, the last and the best of
            what was measured, and others at even distances. None if they could not be read yet.
        overfit: None if nothing was measured on a validation file.
        billed: None if the service does not say.
    """

    fine_tuned_model: str
    base_model: str
    trained_tokens: int | None = None
    checkpoints: list[Checkpoint] = field(default_factory=list)
    lifecycle_status: str | None = None
    inference_retires_at: int | None = None
    hyperparameters: dict[str, float | str] | None = None
    curves: dict[str, list[list[float]]] | None = None
    overfit: Overfit | None = None
    billed: Billed | None = None


NO_MODEL = FineTunedModelState(fine_tuned_model=STILL_TO_COME, base_model=STILL_TO_COME)
"""What is stored while the first training goes on."""


def state_of(name: str, job: Job, model: Model, results: JobResults) -> FineTunedModelState:
    """What is stored of a model: ``name`` is the one to deploy."""
    return FineTunedModelState(
        fine_tuned_model=name,
        base_model=job.model,
        trained_tokens=job.trained_tokens,
        checkpoints=stored_checkpoints(results),
        lifecycle_status=model.lifecycle_status,
        inference_retires_at=model.inference_retires_at,
        hyperparameters=_chosen(job),
        curves=None if results.is_passing else small_part(results.curves),
        overfit=_overfit(results),
        billed=_billed(results),
    )


def stored_checkpoints(results: JobResults) -> list[Checkpoint]:
    """The checkpoints, newest first."""
    return [
        Checkpoint(
            id=point.id,
            model=point.model,
            step_number=point.step_number,
            created_at=point.created_at,
            metrics=dict(point.metrics),
        )
        for point in results.checkpoints
    ]


def choices(checkpoints: list[Checkpoint]) -> list[Choice]:
    """Stored checkpoints as what one is chosen from."""
    return [Choice(each.model, each.step_number, each.metrics) for each in checkpoints]


def _chosen(job: Job) -> dict[str, float | str]:
    """A value that the service shows as its own to choose was never told."""
    return {k: v for k, v in job.hyperparameters.items() if v not in _LEFT_TO_THE_SERVICE}


def _overfit(results: JobResults) -> Overfit | None:
    found = overfit_of(results.curves)
    if found is None:
        return None
    return Overfit(
        reading=found.reading,
        metric=found.metric,
        ratio=found.ratio,
        best_step=found.best_step,
        sentence=found.sentence,
    )


def _billed(results: JobResults) -> Billed | None:
    found = results.billed
    if found is None:
        return None
    return Billed(tokens=found.tokens, hours=found.hours, usd=found.usd)
