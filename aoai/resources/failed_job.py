"""A preview's look at the jobs of the stack: one that failed lets the update fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients, connect
from aoai.errors import AoaiError
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.pending import PENDING_ID
from aoai.results.failure import Failure
from aoai.results.reading import read_failure

NEXT = "An update will fail with these words."


def warn_of_failure(
    job: FineTuningJob, connect: Callable[[Account], AccountClients] = connect
) -> None:
    """Show in a preview that the job which the stack holds ended without a model, and why.

    A job that the update replaces is not looked at: its id is not known then. What cannot be read
    is left to the look at the accounts.
    """

    async def look() -> bool:
        job_id, status = await job.id.future(), await job.status.future()
        account = await job.account.future()
        if not job_id or job_id == PENDING_ID or not account or status in (None, "succeeded"):
            return False  # an output that is not known is None here
        clients = connect(Account.from_props(account))
        taken_in = await job.existing_job_id.future() is not None
        failure = await asyncio.to_thread(failure_in, clients, job_id, taken_in)
        if failure is not None:
            pulumi.log.warn(f"{failure}\n  {NEXT}", resource=job)
        return failure is not None

    if pulumi.runtime.is_dry_run():
        looked: Any = look()  # `from_input` is typed for values alone
        pulumi.Output.from_input(looked)


def failure_in(clients: AccountClients, job_id: str, is_taken_in: bool = False) -> Failure | None:
    """Why a job ended without a model; None if it did not, or cannot be read."""
    try:
        job = next((job for job in clients.inventory.jobs() if job.id == job_id), None)
    except AoaiError:
        return None
    if job is None or not job.has_failed:
        return None
    return read_failure(clients, job, is_taken_in=is_taken_in)
