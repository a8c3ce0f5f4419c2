"""How far a job is that this run does not wait for, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.fine_tuning_job import find_job
from aoai.errors import AoaiError
from aoai.resources.progress import progress_parts

COLLECTED = "collected by the first `pulumi up` that finds it succeeded"
"""Perhaps the update of this very preview: a job may end between the two, or be adopted."""

NOT_SUBMITTED = (
    "a job that the update submits, if it was not trained before, and does not wait for; "
    f"{COLLECTED}"
)
FIRST_THE_OTHER = "no job yet: the model that it continues from is still being trained"


def look_at_pending(clients: AccountClients, job_id: str) -> str | None:
    """How far a job is; None if it has ended.

    What cannot be read is left to a later run as well.
    """
    try:
        job = find_job(clients, job_id)
        if job is None or job.is_terminal:
            return None
        return _line(job, progress_parts(clients.jobs, job, clients.inventory.jobs()))
    except AoaiError as error:
        return f"job {job_id} could not be read; {COLLECTED}: {error}"


def _line(job: Job, parts: tuple[str, ...]) -> str:
    submitted = datetime.fromtimestamp(job.created_at, UTC)
    return ", ".join([f"job {job.id}", *parts, f"submitted {submitted:%d %b %H:%M} UTC"]) + (
        f"; {COLLECTED}"
    )
