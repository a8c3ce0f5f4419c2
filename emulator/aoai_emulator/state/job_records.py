"""A fine-tuning job and what belongs to it, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.store import Table

TERMINAL: Final = ("succeeded", "failed", "cancelled")
HALTED: Final = ("pausing", "paused", "resuming")
PAUSED: Final = ("pausing", "paused")


@dataclass(frozen=True)
class Job:
    """A job. Times are seconds of the emulator's clock.

    Attributes:
        hyperparameters: as they are shown; what the service chooses is -1 until it has chosen.
        chosen: the same with the values that the service chooses.
        reached: its progress, 0 to 1, at ``since``.
        entries_done: how many entries of its timeline have happened.
        project: whether it was created through a Foundry project.
        eval: the evaluation that the service makes for a reinforcement job once it runs.
        delayed: seconds that it was paused.
    """

    id: str
    account: str
    model: str
    training_file: str
    validation_file: str | None
    hyperparameters: dict[str, Any]
    chosen: dict[str, Any]
    epochs: int
    batch_size: int
    rate: float
    examples: int
    tokens: int
    suffix: str | None
    seed: int
    training_type: str | None
    method: dict[str, Any] | None
    integrations: list[Any] | None
    result_file: str
    created_at: float
    status: str = "pending"
    started_at: float | None = None
    since: float = 0.0
    reached: float = 0.0
    polls: int = 0
    entries_done: int = 0
    ended_at: float | None = None
    fine_tuned_model: str | None = None
    trained_tokens: int | None = None
    failure: dict[str, Any] | None = None
    results_begun: bool = False
    project: bool = False
    eval: str | None = None
    delayed: float = 0.0
    metadata: dict[str, str] | None = None

    @property
    def kind(self) -> str:
        """The method: supervised, dpo or reinforcement."""
        return str((self.method or {}).get("type", "supervised"))

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in TERMINAL

    @property
    def steps_per_epoch(self) -> int:
        """Steps of one pass over the training file."""
        return max(1, -(-self.examples // self.batch_size))

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return self.steps_per_epoch * self.epochs

    @property
    def model_name(self) -> str:
        """The name that the trained model gets."""
        base = self.model.partition(".ft-")[0]
        tail = f"-{self.suffix}" if self.suffix else ""
        return f"{base}.ft-{self.id.removeprefix('ftjob-')}{tail}"


@dataclass(frozen=True)
class Event:
    """One event of a job."""

    id: str
    created_at: float
    level: str
    message: str
    type: str
    data: dict[str, Any] | None


@dataclass(frozen=True)
class Checkpoint:
    """A model as it was at the end of an epoch, or when its job was paused (``stays``)."""

    id: str
    created_at: float
    model: str
    step: int
    metrics: dict[str, float]
    job: str
    stays: bool = False


@dataclass(frozen=True)
class TrainedModel:
    """A model or checkpoint that an account can deploy; its id is its name."""

    id: str
    account: str
    base: str
    job: str
    training_file: str
    created_at: float
    listed: bool = True


def jobs(backend: Backend) -> Table[Job]:
    """Jobs by account."""
    return Table(backend.store, Job)


def events(backend: Backend) -> Table[Event]:
    """Events by job."""
    return Table(backend.store, Event)


def checkpoints(backend: Backend) -> Table[Checkpoint]:
    """Checkpoints by job."""
    return Table(backend.store, Checkpoint)


def trained_models(backend: Backend) -> Table[TrainedModel]:
    """Models by account."""
    return Table(backend.store, TrainedModel)


def is_learnt(backend: Backend, file_id: str) -> bool:
    """Whether a model of any account answers with the content of this file."""
    rows = backend.store.execute(
        "SELECT 1 FROM objects WHERE kind = ?"
        " AND json_extract(body, '$.training_file') = ? LIMIT 1",
        (TrainedModel.__name__, file_id),
    )
    return bool(rows)


def files_in_use(backend: Backend, account: str) -> set[str]:
    """The files that a job of the account, not yet ended, still needs."""
    running = [job for job in jobs(backend).list(account) if not job.over]
    return {name for job in running for name in (job.training_file, job.validation_file) if name}
