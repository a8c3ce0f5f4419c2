"""A preview's look at the jobs of the stack: one that failed lets the update fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
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

    async def look(values: Mapping[str, Any]) -> bool:
        if values["id"] in (None, PENDING_ID) or values["status"] == "succeeded":
            return False
        taken_in = values["taken_in"] is not None
        account = Account.from_props(values["account"])
        failure = await asyncio.to_thread(failure_in, connect(account), str(values["id"]), taken_in)
        if failure is not None:
            pulumi.log.warn(f"{failure}\n  {NEXT}", resource=job)
        return failure is not None

    if pulumi.runtime.is_dry_run():
        held = pulumi.Output.all(
            id=job.id, account=job.account, status=job.status, taken_in=job.existing_job_id
        )
        _looked: pulumi.Output[bool] = held.apply(look)


def failure_in(clients: AccountClients, job_id: str, is_taken_in: bool = False) -> Failure | None:
    """Why a job ended without a model; None if it did not, or cannot be read."""
    try:
        job = next((job for job in clients.inventory.jobs() if job.id == job_id), None)
    except AoaiError:
        return None
    if job is None or not job.has_failed:
        return None
    return read_failure(clients, job, is_taken_in=is_taken_in)
