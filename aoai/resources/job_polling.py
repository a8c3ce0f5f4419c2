"""Looking at the jobs of an account until they end: one request serves all that are waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import pulumi

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, connect
from aoai.catalog import Catalog
from aoai.errors import AoaiError, RequestNotSent, ResponseUnknown, ServiceFailed, Throttled
from aoai.resources.job_display import JobDisplay, JobRow
from aoai.resources.job_outcome import outcome_of
from aoai.resources.progress import progress_parts

PASSING = (RequestNotSent, ResponseUnknown, ServiceFailed, Throttled)
"""What a later look may well not meet again."""

MISSED_LOOKS = 20
"""Looks in a row that may fail so; each has tried for three minutes by itself."""


@dataclass
class _Watched:
    """One job that somebody waits for."""

    row: JobRow
    done: asyncio.Future[Job]


@dataclass
class JobPolls:
    """Waits for jobs, of any number of accounts.

    Attributes:
        interval: seconds between two looks.
        display: shows how far the jobs are.
        sleep: replaces ``asyncio.sleep`` in tests.
        connect: how an account is reached.
        catalog: for the price of a training; the built-in one if left out.
    """

    interval: float
    display: JobDisplay
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connect: Callable[[Account], AccountClients] = connect
    catalog: Catalog | None = None
    _waiting: dict[str, dict[str, _Watched]] = field(default_factory=dict)
    _polls: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        """Whether any job is waited for."""
        return any(self._waiting.values())

    async def ended(self, account: Account, job_id: str, row: pulumi.Resource) -> Job:
        """The job, once it has ended; progress shows on the resource's row.

        Raises:
            AoaiError: it cannot be looked at any more.
        """
        jobs = self._waiting.setdefault(account.key, {})
        done: asyncio.Future[Job] = asyncio.get_running_loop().create_future()
        watched = _Watched(self.display.add(row.pulumi_resource_name, row), done)
        first = not jobs
        jobs[job_id] = watched
        if first:
            self._polls.append(asyncio.ensure_future(self._poll(account, jobs)))
        return await done

    async def _poll(self, account: Account, jobs: dict[str, _Watched]) -> None:
        """Look at all the jobs of one account until none is left to wait for.

        Hours go by, so the service may well be out of reach for some minutes of them.
        """
        missed = 0
        while jobs:
            try:
                listed = await asyncio.to_thread(self._list, account, tuple(jobs))
                await self._tell(account, jobs, listed)
                missed = 0
            except PASSING as error:
                missed += 1
                if missed > MISSED_LOOKS:
                    text = f"{error}\n  The jobs go on: run again to wait for them."
                    _give_up(jobs, AoaiError(text))
            except Exception as error:  # noqa: BLE001 - else whoever waits would wait for ever
                _give_up(jobs, AoaiError(str(error)))
            if jobs:
                await self.sleep(self.interval)

    def _list(self, account: Account, job_ids: tuple[str, ...]) -> list[Job]:
        return self.connect(account).jobs.newest_jobs(job_ids)

    async def _tell(
        self, account: Account, jobs: dict[str, _Watched], listed: Iterable[Job]
    ) -> None:
        by_id = {job.id: job for job in listed}
        clients = self.connect(account)
        for job_id, watched in list(jobs.items()):
            job = by_id.get(job_id)
            if job is None:
                job = await asyncio.to_thread(clients.jobs.get_job, job_id)
            if job.is_terminal:
                del jobs[job_id]
                watched.row.ended(job.status)
                if job.has_succeeded:
                    watched.row.outcome(
                        await asyncio.to_thread(outcome_of, clients, job, self.catalog)
                    )
                watched.done.set_result(job)
            else:
                parts = await asyncio.to_thread(
                    progress_parts, clients.jobs, job, list(by_id.values())
                )
                watched.row.progress(job.status, parts)


def _give_up(jobs: dict[str, _Watched], why: AoaiError) -> None:
    """End the wait for these jobs; they themselves go on."""
    for watched in jobs.values():
        watched.done.set_exception(why)
    jobs.clear()
