"""The timeline of a job: what happens at which point of its progress, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.operations.training import metrics
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.file_records import read_facts, table
from aoai_emulator.state.job_records import Job

STARTED: Final = 0.02
# In the job of June 2024 that was followed, the values were chosen after 1,205 to 1,265 s of 1,954.
_TRAINS_FROM, _TRAINS_TO = 0.64, 0.95
_STEP_EVENTS: Final = 100
"""The most metrics events of a job; the result file has every step."""
_LEAST_HOURS: Final = 0.5
_RAI: Final = (
    "The provided training data failed RAI checks for harm types: [{}]."
    " Please fix the data and try again."
)


@dataclass(frozen=True)
class Entry:
    """What happens when the progress reaches ``at``: an event, and perhaps a checkpoint."""

    at: float
    message: str
    type: str = "message"
    level: str = "info"
    data: dict[str, Any] | None = None
    checkpoint: int | None = None
    begins_results: bool = False


@dataclass(frozen=True)
class Timeline:
    """All entries in order, the progress at which the job ends, its last status and its error."""

    entries: tuple[Entry, ...]
    end: float
    status: str
    failure: dict[str, Any] | None = None


_known_steps: dict[tuple[Any, ...], tuple[Entry, ...]] = {}
_MOST_KNOWN = 64


def timeline(backend: Backend, job: Job) -> Timeline:
    """What will happen to a job. It follows from the job, its files and the settings alone."""
    opening = [
        Entry(0.0, "Job enqueued. Waiting for jobs ahead to complete."),
        Entry(0.005, "Preprocessing running for file training file."),
    ]
    failure = _data_failure(backend, job)
    if failure:
        last = Entry(STARTED, failure["message"], level="error")
        return Timeline((*opening, last), STARTED, "failed", failure)
    entries = [*opening, *_before(job), *_steps(job), *_after(backend, job)]
    return Timeline(tuple(entries), 1.0, "succeeded")


def _before(job: Job) -> list[Entry]:
    return [
        Entry(0.015, "Preprocessing completed for file training file."),
        Entry(STARTED, "Job started."),
        Entry(0.2, "Data Import started."),
        Entry(0.3, "Finetuning started."),
        Entry(0.4, "Job queued, waiting for GPUs."),
        Entry(_TRAINS_FROM, "Training started."),
        Entry(_TRAINS_FROM, f"Created results file: {job.result_file}", begins_results=True),
    ]


def _after(backend: Backend, job: Job) -> list[Entry]:
    if backend.settings.billed_events == "hours":
        # As in 2024. How long a job trained does not follow from its data: the least is billed.
        middle, billed = "Postprocessing started.", f"Training hours billed: {_LEAST_HOURS:.3f}"
    else:
        middle, billed = "Model Evaluation Passed.", f"Training tokens billed: {billed_tokens(job)}"
    return [
        Entry(0.96, "Job succeeded."),
        Entry(0.97, middle),
        Entry(0.98, f"Completed results file: {job.result_file}"),
        Entry(1.0, billed),
    ]


def billed_tokens(job: Job) -> int:
    """The tokens that the last event names, in whole thousands.

    Recorded are 13,000 for a job with 14,022 trained tokens of 11 examples in 9 epochs. One token
    less for each example and epoch, rounded down, is what fits.
    """
    return (job.tokens - job.examples) * job.epochs // 1000 * 1000


def _steps(job: Job) -> tuple[Entry, ...]:
    """The events of the steps; each look at a job that goes on asks for all of them."""
    what = (job.seed, job.rate, job.examples, job.batch_size, job.epochs, job.kind)
    key = (*what, bool(job.validation_file), job.chosen.get("eval_interval"))
    if key not in _known_steps:
        if len(_known_steps) >= _MOST_KNOWN:
            _known_steps.clear()
        _known_steps[key] = tuple(_made_steps(job))
    return _known_steps[key]


def _made_steps(job: Job) -> list[Entry]:
    stride = max(1, -(-job.steps // _STEP_EVENTS))
    entries = []
    for step in range(1, job.steps + 1):
        ends_epoch = step % job.steps_per_epoch == 0
        if step % stride and not ends_epoch:
            continue
        data = metrics(job, step)
        if "train_loss" in data:
            text = f"Step {step}: training loss={data['train_loss']}"
        else:
            text = f"Step {step}: training reward={data['train_mean_reward']}"
        kept = step if ends_epoch else None
        entries.append(Entry(point(job, step), text, "metrics", data=data, checkpoint=kept))
    return entries


def point(job: Job, step: int) -> float:
    """The progress at which a step is done."""
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
            text = f"{role} file validation failed: {facts.problem}"
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
