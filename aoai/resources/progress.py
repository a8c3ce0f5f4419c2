"""How far a job or an upload is, in one line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job

INTERVAL = 5.0
"""Seconds until the first line, and between two: a small file is sent before and shows none."""

_MEGABYTE = 1_000_000


def say(line: str) -> None:
    """Show a line in the engine's output: it passes on what a provider process prints."""
    print(line, flush=True)


class UploadProgress:
    """Shows ``train.jsonl: 640 of 8192 MB, 95 MB/s`` now and then.

    Args:
        name: the file, as the user knows it.
        say: shows a line.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        say: Callable[[str], None] = say,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._show = say
        self._clock = clock
        self._shown_at = clock()
        self._shown = 0

    def __call__(self, sent: int, total: int) -> None:
        """``sent`` of ``total`` bytes are sent; fewer than before, if some are sent again."""
        now = self._clock()
        passed = now - self._shown_at
        if passed < INTERVAL:
            return
        speed = max(0, sent - self._shown) / passed
        self._show(
            f"{self._name}: {sent / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB, "
            f"{speed / _MEGABYTE:.0f} MB/s"
        )
        self._shown_at, self._shown = now, sent


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
    """The service gives no position, but the jobs before this one in the account can be counted."""
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
