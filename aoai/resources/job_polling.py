"""Looking at the jobs of an account until they end: one request serves all that are waited for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pulumi

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.fine_tuning_job import find_job
from aoai.catalog import Catalog
from aoai.errors import AoaiError, RequestNotSent, ResponseUnknown, ServiceFailed, Throttled
from aoai.resources.base import defect
from aoai.resources.job_display import JobDisplay, JobRow
from aoai.resources.job_outcome import outcome_of
from aoai.resources.job_pace import Pace
from aoai.resources.progress import progress_parts

PASSING = (RequestNotSent, ResponseUnknown, ServiceFailed, Throttled)
"""What a later look may well not meet again."""

MISSED_LOOKS = 20
"""Looks in a row that may fail so; each has tried for three minutes by itself."""


@dataclass
class _Watched:
    """One job that somebody waits for; times are seconds of the display's clock."""

    job: Job
    row: JobRow
    done: asyncio.Future[Job]
    deadline: float = math.inf


@dataclass
class _AccountPoll:
    """The jobs of one account that are waited for.

    Attributes:
        added: set when another one comes.
        is_running: a task polls them; one alone may, also while it reads what the last job left.
    """

    account: Account
    jobs: dict[str, _Watched] = field(default_factory=dict)
    added: asyncio.Event = field(default_factory=asyncio.Event)
    is_running: bool = False


@dataclass
class JobPolls:
    """Waits for jobs, of any number of accounts.

    Attributes:
        pace: of the looks at an account.
        display: shows how far the jobs are; its clock is that of the deadlines.
        sleep: replaces ``asyncio.sleep`` in tests.
        connect: how an account is reached.
        catalog: for the price of a training; the built-in one if left out.
        now: seconds since 1970, to compare with the estimated end of a job.
    """

    pace: Pace
    display: JobDisplay
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connect: Callable[[Account], AccountClients] = connect
    catalog: Catalog | None = None
    now: Callable[[], float] = time.time
    _accounts: dict[str, _AccountPoll] = field(default_factory=dict)
    _running: list[asyncio.Future[None]] = field(default_factory=list)

    async def ended(
        self, account: Account, job_id: str, row: pulumi.Resource, deadline: float | None = None
    ) -> Job:
        """The job, once it has ended; progress shows on the resource's row.

        Args:
            account: the job's account.
            job_id: the job.
            row: the resource.
            deadline: seconds until the wait ends all the same; the job goes on.

        Raises:
            AoaiError: it has not ended in time, or cannot be read any more.
        """
        poll = self._accounts.setdefault(account.key, _AccountPoll(account))
        done: asyncio.Future[Job] = asyncio.get_running_loop().create_future()
        shown = self.display.add(row.pulumi_resource_name, row)
        until = math.inf if deadline is None else shown.since + deadline
        poll.jobs[job_id] = _Watched(Job(job_id), shown, done, until)
        poll.added.set()
        if not poll.is_running:
            poll.is_running = True
            self._running.append(asyncio.ensure_future(self._poll(poll)))
        return await done

    async def all_ended(self) -> None:
        """Wait until no job is waited for any more."""
        while waits := [w.done for poll in self._accounts.values() for w in poll.jobs.values()]:
            await asyncio.wait(waits)

    async def _poll(self, poll: _AccountPoll) -> None:
        """Look at all the jobs of one account until none is left to wait for.

        Hours go by, so the service may well be out of reach for some minutes of them.
        """
        missed = 0
        while poll.jobs:
            poll.added.clear()
            try:
                listed = await asyncio.to_thread(self._list, poll.account, tuple(poll.jobs))
                await self._tell(poll, listed)
                missed = 0
            except PASSING as error:
                missed += 1
                if missed > MISSED_LOOKS:
                    text = f"{error}\n  The jobs go on: run again to wait for them."
                    _give_up(poll, AoaiError(text))
            except AoaiError as error:
                _give_up(poll, error)
            except Exception as error:  # noqa: BLE001 - else whoever waits would wait for ever
                _give_up(poll, defect(error))
            self._end_overdue(poll)
            if poll.jobs:
                await self._rest(poll)
        poll.is_running = False

    def _list(self, account: Account, job_ids: tuple[str, ...]) -> list[Job]:
        return self.connect(account).jobs.newest_jobs(job_ids)

    async def _tell(self, poll: _AccountPoll, listed: Iterable[Job]) -> None:
        by_id = {job.id: job for job in listed}
        clients = self.connect(poll.account)
        for job_id, watched in list(poll.jobs.items()):
            job = by_id.get(job_id)
            if job is None:
                job = await asyncio.to_thread(_unlisted, clients, job_id)
            watched.job = job
            if job.is_terminal:
                del poll.jobs[job_id]
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

    def _end_overdue(self, poll: _AccountPoll) -> None:
        now = self.display.clock()
        for job_id, watched in list(poll.jobs.items()):
            if now >= watched.deadline:
                del poll.jobs[job_id]
                self.display.remove(watched.row)
                watched.done.set_exception(_overdue(watched, now - watched.row.since))

    async def _rest(self, poll: _AccountPoll) -> None:
        """Sleep until the next look is due, a deadline is over, or another job is added."""
        pause = min(self._pause(watched) for watched in poll.jobs.values())
        tasks: list[asyncio.Future[object]] = [
            asyncio.ensure_future(self.sleep(pause)),
            asyncio.ensure_future(poll.added.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _pause(self, watched: _Watched) -> float:
        now, finish = self.display.clock(), watched.job.estimated_finish
        pause = self.pace.pause(now - watched.row.since, finish - self.now() if finish else None)
        return min(pause, watched.deadline - now)


def _unlisted(clients: AccountClients, job_id: str) -> Job:
    """A job that is not in the list: its record, or the model that it left.

    Raises:
        NotFound: there is neither.
    """
    return find_job(clients, job_id) or clients.jobs.get_job(job_id)


def _overdue(watched: _Watched, waited: float) -> AoaiError:
    return AoaiError(
        f"fine-tuning job {watched.job.id} is {watched.job.status or 'not read'} after a wait of "
        f"{timedelta(seconds=round(waited))}, the `deadline` of this update; it goes on, and the "
        "next `pulumi up` waits for it again, or reads it once with `wait: detach`"
    )


def _give_up(poll: _AccountPoll, why: AoaiError) -> None:
    """End the wait for these jobs; they themselves go on."""
    for watched in poll.jobs.values():
        watched.row.display.remove(watched.row)
        watched.done.set_exception(why)
    poll.jobs.clear()
