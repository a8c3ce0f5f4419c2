"""Waiting for jobs in the program, where it costs nothing.

A provider process has four worker threads, and a create that waits holds one of them for hours. So
creates return at once, and the output that the next resource depends on is held back here, by a
coroutine. One request per account and interval looks at all its jobs; each job has a live row.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, connect
from aoai.catalog import Catalog
from aoai.errors import RequestNotSent, ResponseUnknown, ServiceFailed, Throttled
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.job_display import JobDisplay, JobRow
from aoai.resources.job_outcome import outcome_of
from aoai.resources.progress import progress_parts
from aoai.results.reading import read_failure

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
class JobWaiter:
    """Holds back what depends on a job until that job has succeeded.

    Attributes:
        interval: seconds between two looks; training takes minutes to hours.
        display: shows how far the jobs are.
        sleep: replaces ``asyncio.sleep`` in tests.
        connect: how an account is reached.
        catalog: for the price of a training; the built-in one if left out.
    """

    interval: float = 15.0
    display: JobDisplay = field(default_factory=JobDisplay)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connect: Callable[[Account], AccountClients] = connect
    catalog: Catalog | None = None
    _waiting: dict[str, dict[str, _Watched]] = field(default_factory=dict)
    _failures: list[str] = field(default_factory=list)
    _polls: list[asyncio.Future[None]] = field(default_factory=list)

    @classmethod
    def of_program(cls) -> JobWaiter:
        """The waiter that everything in this program shares, unless it is given another."""
        return _shared(pulumi.runtime.get_root_resource())

    def completed(
        self, job: FineTuningJob, row: pulumi.Resource | None = None
    ) -> pulumi.Output[str]:
        """The job's id, once the job has succeeded; in a preview, at once.

        A job that failed lets the others come to their end before it ends the run, with the
        service's own words for each.

        Args:
            job: the job.
            row: where its progress shows; the job's own row begins with what has changed in it.
        """

        async def gate(values: Mapping[str, Any]) -> str:
            job_id = str(values["job_id"])
            # The service drops old records: one that was read as succeeded is not asked for again.
            if pulumi.runtime.is_dry_run() or values["status"] == "succeeded":
                return job_id
            return await self.succeeded(Account.from_props(values["account"]), job_id, row or job)

        known = pulumi.Output.all(job_id=job.job_id, account=job.account, status=job.status)
        return known.apply(gate)

    async def succeeded(self, account: Account, job_id: str, row: pulumi.Resource) -> str:
        """Wait for one job; progress shows on the resource's row.

        Raises:
            pulumi.RunError: it failed or was cancelled, or cannot be looked at any more.
        """
        finished = await self._watch(account, job_id, row)
        if not finished.has_succeeded:
            await self._end_run(account, finished)
        return job_id

    async def _watch(self, account: Account, job_id: str, row: pulumi.Resource) -> Job:
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
                    _give_up(jobs, f"{error}\n  The jobs go on: run again to wait for them.")
            except Exception as error:  # noqa: BLE001 - else whoever waits would wait for ever
                _give_up(jobs, str(error))
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

    async def _end_run(self, account: Account, failed: Job) -> None:
        """End the run, but only once no other job is waited for: theirs are paid for as well."""
        why = await asyncio.to_thread(read_failure, self.connect(account), failed)
        self._failures.append(str(why))
        while any(self._waiting.values()):
            await self.sleep(self.interval)
        raise pulumi.RunError("\n".join(self._failures))


@functools.lru_cache(maxsize=1)
def _shared(_root: pulumi.Resource | None) -> JobWaiter:
    return JobWaiter()


def _give_up(jobs: dict[str, _Watched], why: str) -> None:
    """End the wait for these jobs; they themselves go on."""
    for watched in jobs.values():
        watched.done.set_exception(pulumi.RunError(why))
    jobs.clear()
