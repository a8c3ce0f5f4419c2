"""The story of a job: what happens at which point of its progress, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aoai_emulator.operations.training import metrics
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.file_records import read_facts, table
from aoai_emulator.state.job_records import Job

STARTED = 0.05
_TRAINS_FROM, _TRAINS_TO = 0.15, 0.92
_STEP_EVENTS = 100  # at most so many metric events a job; the result file has every step
_RAI = (
    "The provided training data failed RAI checks for harm types: [{}]."
    " Please fix the data and try again."
)


@dataclass(frozen=True)
class Line:
    """One thing that happens when the progress reaches ``at``."""

    at: float
    message: str
    type: str = "message"
    level: str = "info"
    data: dict[str, Any] | None = None
    checkpoint: int | None = None
    begins_results: bool = False


@dataclass(frozen=True)
class Story:
    """All lines in order, the progress at which the job ends, its last status and its error."""

    lines: tuple[Line, ...]
    end: float
    status: str
    failure: dict[str, Any] | None = None


def story(backend: Backend, job: Job) -> Story:
    """What will happen to a job. It follows from the job and its files alone."""
    opening = [
        Line(0.0, "Job enqueued. Waiting for jobs ahead to complete."),
        Line(0.01, "Preprocessing running for file training file."),
    ]
    failure = _data_failure(backend, job)
    if failure:
        last = Line(STARTED, failure["message"], level="error")
        return Story((*opening, last), STARTED, "failed", failure)
    lines = [*opening, *_before(job), *_steps(job), *_after(job)]
    return Story(tuple(lines), 1.0, "succeeded")


def _before(job: Job) -> list[Line]:
    return [
        Line(0.03, "Preprocessing completed for file training file."),
        Line(STARTED, "Job started."),
        Line(0.07, "Data Import started."),
        Line(0.09, "Finetuning started."),
        Line(0.11, "Job queued, waiting for GPUs."),
        Line(_TRAINS_FROM, "Training started."),
        Line(_TRAINS_FROM, f"Created results file: {job.result_file}", begins_results=True),
    ]


def _after(job: Job) -> list[Line]:
    return [
        Line(0.94, "Job succeeded."),
        Line(0.96, "Model Evaluation Passed."),
        Line(0.98, f"Completed results file: {job.result_file}"),
        Line(1.0, f"Training tokens billed: {job.tokens * job.epochs}"),
    ]


def _steps(job: Job) -> list[Line]:
    stride = max(1, -(-job.steps // _STEP_EVENTS))
    lines = []
    for step in range(1, job.steps + 1):
        ends_epoch = step % job.steps_per_epoch == 0
        if step % stride and not ends_epoch:
            continue
        data = metrics(job, step)
        text = f"Step {step}: training loss={data['train_loss']}"
        lines.append(
            Line(
                _point(job, step),
                text,
                "metrics",
                data=data,
                checkpoint=step if ends_epoch else None,
            )
        )
    return lines


def _point(job: Job, step: int) -> float:
    return _TRAINS_FROM + (_TRAINS_TO - _TRAINS_FROM) * step / job.steps


def steps_done(job: Job, progress: float) -> int:
    """How many steps lie behind a job at a progress."""
    share = (progress - _TRAINS_FROM) / (_TRAINS_TO - _TRAINS_FROM)
    # A step counts once its event is due; the small term outweighs rounding.
    return max(0, min(job.steps, int(share * job.steps + 1e-6)))


def _data_failure(backend: Backend, job: Job) -> dict[str, Any] | None:
    files = table(backend)
    for name, role in ((job.training_file, "Training"), (job.validation_file, "Validation")):
        file = files.get(job.account, name) if name else None
        if file is None:
            continue
        facts = read_facts(file)
        param = f"{role.lower()}_file"
        if facts.problem:
            text = f"{role} file validation failed: {facts.problem} (line {facts.bad_line})."
            return _failure("jsonlValidationFailed", text, param)
        least = backend.settings.minimum_examples
        if role == "Training" and facts.examples < least:
            text = (
                f"Training file has {facts.examples} example(s),"
                f" but must have at least {least} examples."
            )
            return _failure("jsonlValidationFailed", text, param)
        if facts.harms:
            return _failure(
                backend.settings.rai_failure_code, _RAI.format(", ".join(facts.harms)), param
            )
    return None


def _failure(code: str, message: str, param: str) -> dict[str, Any]:
    return {"code": code, "message": message, "param": param}
