"""Waiting for jobs in the program, where it costs nothing.

A provider process has four worker threads, and a create that waits holds one of them for hours. So
creates return at once, and the output that the next resource depends on is held back here, by a
coroutine. One request per account and interval looks at all its jobs; each job has a live row.

Nothing else fails for a job that fails: what was made of the others is made, deployed and shown,
and the program ends with all failures at the very end.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import pulumi

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, connect
from aoai.catalog import Catalog
from aoai.errors import AoaiError
from aoai.resources.duration import parse_duration
from aoai.resources.engine_calls import calls_of_the_engine
from aoai.resources.failed_job import warn_of_failure
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.interruption import end_in_one_line
from aoai.resources.job_display import JobDisplay
from aoai.resources.job_pace import SHORTEST, Pace
from aoai.resources.job_polling import JobPolls
from aoai.resources.pending import PENDING_ID, STILL_TO_COME
from aoai.resources.pending_jobs import FIRST_THE_OTHER, NOT_SUBMITTED, look_at_pending
from aoai.results.reading import read_failure

Wait = Literal["block", "detach"]
WAITS: tuple[Wait, ...] = ("block", "detach")
"""What an update does about a job that goes on: wait for it, or leave it to a later update."""


@dataclass(frozen=True)
class Collected:
    """What has come of a job.

    Attributes:
        job_id: the job's id once it has succeeded; empty if this run ends without its model.
        pending: how far it is, in a sentence, if a later run collects it; else empty.
    """

    job_id: pulumi.Output[str]
    pending: pulumi.Output[str]


@dataclass(frozen=True)
class _Outcome:
    """What has come of a job, once it is known: see :class:`Collected`.

    An object, not a map: of a map Pulumi would make an output for each value in it.
    """

    job_id: str
    pending: str = ""


@dataclass
class JobWaiter:
    """Holds back what depends on a job until that job has succeeded.

    Attributes:
        interval: seconds between two polls at first and near the estimated end of a job; there are
            up to three minutes between them in a training of hours.
        display: shows how far the jobs are.
        sleep: replaces ``asyncio.sleep`` in tests.
        connect: how an account is reached.
        catalog: for the price of a training; the built-in one if left out.
    """

    interval: float = SHORTEST
    display: JobDisplay = field(default_factory=JobDisplay)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connect: Callable[[Account], AccountClients] = connect
    catalog: Catalog | None = None
    _collected: list[pulumi.Output[Any]] = field(default_factory=list)
    _failures: list[str] = field(default_factory=list)
    _verdicts: list[pulumi.Output[Any]] = field(default_factory=list)

    @classmethod
    def of_program(cls) -> JobWaiter:
        """The waiter that everything in this program shares, unless it is given another."""
        return _shared(pulumi.runtime.get_root_resource())

    @functools.cached_property
    def polls(self) -> JobPolls:
        """What looks at the jobs."""
        pace = Pace(shortest=self.interval)
        return JobPolls(pace, self.display, self.sleep, self.connect, self.catalog)

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
            job_id = _id_of(values["id"])
            if pulumi.runtime.is_dry_run() or not job_id or await _had_succeeded(job):
                return job_id
            account, is_taken_in = Account.from_props(values["account"]), await _is_taken_in(job)
            return await self.succeeded(account, job_id, row or job, is_taken_in=is_taken_in)

        end_in_one_line()
        # The id, which the preview of an update knows too, and the account.
        return pulumi.Output.all(id=job.id, account=job.account).apply(gate)

    async def succeeded(
        self, account: Account, job_id: str, row: pulumi.Resource, *, is_taken_in: bool = False
    ) -> str:
        """Wait for one job; progress shows on the resource's row.

        Raises:
            pulumi.RunError: it failed or was cancelled, or cannot be read any more.
        """
        if await self._outcome(account, job_id, row, is_taken_in=is_taken_in):
            return job_id
        # Only once no other job is waited for: theirs are paid for as well.
        await self.polls.all_ended()
        raise pulumi.RunError("\n".join(self._failures))

    def collect(
        self,
        job: FineTuningJob,
        row: pulumi.Resource | None = None,
        *,
        wait: Wait = "block",
        deadline: str | timedelta | None = None,
    ) -> Collected:
        """What comes of a job, for a :class:`FineTunedModel`; the program ends as the jobs did.

        Args:
            job: the job.
            row: where its progress shows; the job's own row begins with what has changed in it.
            wait: ``block`` until it has ended; or ``detach``, and see whether it has. A job that
                is declared as paused is not waited for.
            deadline: how long this run waits at most, such as ``36h``; the job goes on.

        Raises:
            ConfigurationError: ``deadline`` is no duration.
        """
        end_in_one_line()
        warn_of_failure(job, self.connect)
        limit = None if deadline is None else parse_duration(deadline).total_seconds()
        found: Any = self._collect(job, row or job, wait, limit)
        outcome: pulumi.Output[_Outcome] = pulumi.Output.from_input(found)
        self._collected.append(outcome)
        self.verdict()
        # An output of a coroutine depends on nothing, and a model goes before its job does.
        of_job: pulumi.Output[_Outcome] = job.urn.apply(lambda _urn: outcome)
        job_id = of_job.apply(lambda come: come.job_id)
        if pulumi.runtime.is_dry_run() and wait == "block":
            # The id is known in the preview of an update, as no output is.
            job_id = job.id.apply(lambda id_: STILL_TO_COME if id_ == PENDING_ID else id_)
        return Collected(job_id, of_job.apply(lambda come: come.pending))

    def verdict(self) -> pulumi.Output[bool]:
        """An output that ends the program with all failures, once everything else is registered.

        A program ends so by itself. What hosts a component awaits the component's outputs only.
        """
        if not self._verdicts:
            verdict: Any = self._verdict()
            self._verdicts.append(pulumi.Output.from_input(verdict))
        return self._verdicts[0]

    async def _collect(
        self, job: FineTuningJob, row: pulumi.Resource, wait: Wait, deadline: float | None
    ) -> _Outcome:
        preview, known = pulumi.runtime.is_dry_run(), await _known(job)
        if known is None or not known[0]:
            coming = FIRST_THE_OTHER if known else NOT_SUBMITTED if wait == "detach" else ""
            return _still(row, coming)
        job_id, account = known
        if (preview and wait == "block") or await _had_succeeded(job):
            return _Outcome(job_id)
        if wait == "detach" or await job.paused.future():
            line = await asyncio.to_thread(look_at_pending, self.connect(account), job_id)
            if line is not None:
                return _still(row, line)
        taken_in = await _is_taken_in(job)
        if preview or await self._outcome(account, job_id, row, deadline, is_taken_in=taken_in):
            return _Outcome(job_id)
        return _still(row, "")

    async def _outcome(
        self,
        account: Account,
        job_id: str,
        row: pulumi.Resource,
        deadline: float | None = None,
        *,
        is_taken_in: bool,
    ) -> bool:
        """Whether a job has succeeded, once it has ended; why not is among the failures."""
        try:
            job: Job = await self.polls.ended(account, job_id, row, deadline)
        except AoaiError as error:
            # Jobs of one account are given up together, for one reason.
            if str(error) not in self._failures:
                self._failures.append(str(error))
            return False
        if not job.has_succeeded:
            look = functools.partial(read_failure, is_taken_in=is_taken_in)
            why = await asyncio.to_thread(look, self.connect(account), job)
            self._failures.append(str(why))
        return job.has_succeeded

    async def _verdict(self) -> bool:
        """End the program as its jobs did, but only after everything else.

        Raises:
            pulumi.RunError: jobs failed; each is in it once.
        """
        seen = 0
        while seen < len(self._collected):
            await self._collected[seen].future()
            seen += 1
        if self._failures:
            await calls_of_the_engine()
            raise pulumi.RunError("\n".join(self._failures))
        return True


@functools.lru_cache(maxsize=1)
def _shared(_root: pulumi.Resource | None) -> JobWaiter:
    return JobWaiter()


async def _known(job: FineTuningJob) -> tuple[str, Account] | None:
    """The id, which the preview of an update knows too, and the account; None if one is unknown.

    Awaited one by one: ``Output.all`` would make an output for each value of the account.
    """
    account = await job.account.future()
    if account is None or not await job.id.is_known():
        return None
    return _id_of(await job.id.future()), Account.from_props(account)


def _id_of(job_id: str | None) -> str:
    """A job's id; empty for one that is not submitted, or that ``--target`` leaves out."""
    return "" if job_id in (None, PENDING_ID) else str(job_id)


def _still(row: pulumi.Resource, line: str) -> _Outcome:
    """A job that this run leaves to a later one; the line says why, if there is more to say."""
    if line:
        pulumi.log.info(line, resource=row)
    return _Outcome(STILL_TO_COME, f"{row.pulumi_resource_name}: {line}" if line else "")


async def _had_succeeded(job: FineTuningJob) -> bool:
    """Whether the state says so: the service drops old records, and is not asked again."""
    return await job.status.future() == "succeeded"


async def _is_taken_in(job: FineTuningJob) -> bool:
    """Whether somebody else submitted it, so that nothing here can train it again."""
    return await job.existing_job_id.future() is not None
