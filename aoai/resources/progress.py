"""How far a job is and what it came to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job


def say(line: str) -> None:
    """Show a line in the engine's output: it passes on what a provider process prints."""
    print(line, flush=True)


_WAITING = ("pending", "queued", "created", "validating_files")


def progress_parts(
    jobs: FineTuningJobsClient, job: Job, account_jobs: Sequence[Job]
) -> tuple[str, ...]:
    """How far a job is, the most important first: what follows may be cut off.

    That is step and losses, or what it waits for, then when the service expects to be done.
    """
    if job.status in _WAITING:
        parts = [job.status, _place(job, account_jobs)]
    else:
        parts = _training(job.status, jobs.list_events(job.id, limit=20))
    if job.estimated_finish:
        finish = datetime.fromtimestamp(job.estimated_finish, UTC)
        parts.append(f"done about {finish:%H:%M} UTC")
    return tuple(parts)


def _place(job: Job, account_jobs: Sequence[Job]) -> str:
    """The service gives no position, but the jobs before this one in the account can be counted."""
    before = [
        other
        for other in account_jobs
        if not other.is_terminal and other.created_at < job.created_at
    ]
    return f"{len(before)} before it" if before else "next in the queue"


def _training(status: str, events: Sequence[Event]) -> list[str]:
    """The latest step with what it measured, or the latest message before training starts."""
    for event in events:
        if event.step is not None:
            total = f"/{event.total_steps}" if event.total_steps else ""
            shown = [] if status == "running" else [status]
            return [f"step {event.step}{total}", *measured(event.data), *shown]
    return [status, *(_begun_small(event.message.rstrip(".")) for event in events[:1])]


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


_MEASURED = (
    ("loss", ("train_loss",)),
    ("reward", ("train_mean_reward",)),
    ("validation", ("full_valid_loss", "valid_loss", "full_valid_mean_reward")),
)
"""What is shown of a step's metrics: of the names behind each, the first that is there."""


def measured(data: Mapping[str, float]) -> list[str]:
    """Losses or rewards of a step, as ``loss 0.412``."""
    found = ((word, _first(data, names)) for word, names in _MEASURED)
    return [f"{word} {value:.3g}" for word, value in found if value is not None]


def _first(data: Mapping[str, float], names: Sequence[str]) -> float | None:
    return next((data[name] for name in names if name in data), None)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a job came to, as far as it is known.

    Attributes:
        steps: how many it trained.
        metrics: what was measured at the last step.
        best_step: the step with the best validation.
        tokens: training tokens that were billed.
        hours: training hours that were billed, where the service bills those.
        usd: list price of that.
    """

    steps: int | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    best_step: int | None = None
    tokens: int | None = None
    hours: float | None = None
    usd: float | None = None


def outcome_line(name: str, outcome: Outcome) -> str:
    """One line for the log: ``tutor: 240 steps, loss 0.41, …, 1.28 M tokens, $6.42``."""
    parts = [
        f"{outcome.steps} steps" if outcome.steps else "",
        *measured(outcome.metrics),
        f"best step {outcome.best_step}" if outcome.best_step else "",
        f"{_count(outcome.tokens)} tokens" if outcome.tokens is not None else "",
        f"{outcome.hours:g} hours" if outcome.hours is not None else "",
        f"${outcome.usd:,.2f}" if outcome.usd is not None else "",
    ]
    return f"{name}: {', '.join(part for part in parts if part) or 'succeeded'}"


_THOUSAND = 1_000
_MILLION = 1_000_000


def _count(number: int) -> str:
    if number < _THOUSAND:
        return str(number)
    if number < _MILLION:
        return f"{number / _THOUSAND:.3g} k"
    return f"{number / _MILLION:.3g} M"


def live_text(progress: Mapping[str, Sequence[str]], width: int, turn: int = 0) -> str:
    """How far several jobs are, in one line; where not all fit, they take turns.

    Args:
        progress: by the job's name, its progress, the most important first.
        width: of the line, in columns.
        turn: which job comes first, if not all fit.
    """
    for depth in (None, 3, 2):
        texts = [f"{name}: {', '.join(parts[:depth])}" for name, parts in progress.items()]
        line = SEPARATOR.join(texts)
        if len(line) <= width:
            return line
    first = turn % len(texts)
    return _fitting([*texts[first:], *texts[:first]], width)


SEPARATOR = " | "


def _fitting(texts: Sequence[str], width: int) -> str:
    """As many of the texts as fit, and how many more there are; the first one in any case."""
    for count in range(len(texts) - 1, 0, -1):
        line = SEPARATOR.join([*texts[:count], f"{len(texts) - count} more"])
        if len(line) <= width:
            return line
    return texts[0][:width]
