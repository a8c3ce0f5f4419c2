"""Pausing a job and letting it go on: only what runs can be paused."""

from __future__ import annotations

from dataclasses import dataclass

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.fine_tuning_job import find_job
from aoai.errors import Conflict, InvalidRequest

PAUSED = ("pausing", "paused")
"""Statuses of a job that trains no further (REST specification 2025-04-01-preview)."""

_BEFORE = ("created", "pending", "queued", "validating_files")


@dataclass(frozen=True)
class Paused:
    """What came of it.

    Attributes:
        job: the job as the service describes it now; None if there is none.
        note: why nothing was done, if that is worth a line; else empty.
    """

    job: Job | None
    note: str = ""


def set_paused(clients: AccountClients, job_id: str, *, paused: bool) -> Paused:
    """Pause a job, or let it go on; nothing is sent if that is so already.

    Raises:
        InvalidRequest: the service refused, with what to do.
        Conflict: the same.
    """
    job = find_job(clients, job_id)
    if job is None or job.is_terminal:
        return Paused(job, f"{job_id} has ended: there is nothing to pause" if paused else "")
    if paused and job.status in _BEFORE:
        note = f"{job_id} is {job.status} and is paused by a later update, once it trains"
        return Paused(job, note)
    if (job.status in PAUSED) == paused:
        return Paused(job)
    act = clients.jobs.pause_job if paused else clients.jobs.resume_job
    try:
        return Paused(act(job_id))
    except (InvalidRequest, Conflict) as error:
        now = f"The job stays {job.status}: run `pulumi up` again later."
        raise error.advising(now) from None
