"""One line that says how far a job is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job

_WAITING = ("pending", "queued", "created", "validating_files")


def progress_line(jobs: FineTuningJobsClient, job: Job, account_jobs: Sequence[Job]) -> str:
    """Status, place in the queue or step and losses, and when the service expects to be done."""
    parts = [job.status]
    if job.status in _WAITING:
        parts.append(_place(job, account_jobs))
    else:
        parts += _training(jobs.list_events(job.id, limit=20))
    if job.estimated_finish:
        finish = datetime.fromtimestamp(job.estimated_finish, UTC)
        parts.append(f"done about {finish:%H:%M} UTC")
    return ", ".join(part for part in parts if part)


def _place(job: Job, account_jobs: Sequence[Job]) -> str:
    """The service tells no place, but the jobs before this one in the account can be counted."""
    before = [
        other
        for other in account_jobs
        if not other.is_terminal and other.created_at < job.created_at
    ]
    return f"{len(before)} before it" if before else "next in the queue"


def _training(events: Sequence[Event]) -> list[str]:
    """The latest step with its losses, or the latest message before training starts."""
    for event in events:
        if event.step is not None:
            losses = [
                f"{name} {value:.3f}"
                for name, value in (("loss", event.train_loss), ("validation", event.valid_loss))
                if value is not None
            ]
            total = f"/{event.total_steps}" if event.total_steps else ""
            return [f"step {event.step}{total}", *losses]
    return [events[0].message.rstrip(".").lower()] if events else []
