"""Waiting in the program: one poll an account, a row a job, failures told together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
import pytest

from aoai.azure.account import Account
from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.jobs import Job, JobError
from aoai.azure.authoring.models import Model
from aoai.azure.clients import AccountClients
from aoai.errors import NotFound, RequestNotSent, Unauthorized
from aoai.resources.job_display import JobDisplay
from aoai.resources.job_polling import MISSED_LOOKS
from aoai.resources.job_waiter import JobWaiter
from aoai.resources.live_line import LiveLine

ACCOUNT = Account(
    id="/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg"
    "/providers/Microsoft.CognitiveServices/accounts/sweden",
    endpoint="https://sweden.openai.azure.com",
    tenant_id="aaaaaaaa-0000-4000-8000-00000000000a",
    location="swedencentral",
)


@dataclass
class Service:
    """An account whose jobs follow a script: one list of statuses a look."""

    looks: Sequence[dict[str, str] | Exception]
    asked: int = 0
    tuned: Sequence[Model] = ()
    said: list[str] = field(default_factory=list)
    now: float = 0.0

    @property
    def jobs(self) -> Service:
        return self

    def newest_jobs(self, _job_ids: tuple[str, ...]) -> list[Job]:
        look = self.looks[min(self.asked, len(self.looks) - 1)]
        self.asked += 1
        if isinstance(look, Exception):
            raise look
        return [_job(job_id, status) for job_id, status in look.items()]

    @property
    def models(self) -> Service:
        return self

    def list_models(self) -> list[Model]:
        return list(self.tuned)

    def get_job(self, job_id: str) -> Job:
        raise NotFound(f"no job {job_id}", status=404)

    def list_events(self, _job_id: str, limit: int) -> list[Event]:
        return [Event("e", 1, "info", "Job started.", "message", {})][:limit]

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def waiter(self, **more: Any) -> JobWaiter:
        def connect(_account: Account) -> AccountClients:
            return cast("AccountClients", self)

        display = JobDisplay(watched=False, clock=lambda: self.now, line=LiveLine(None))
        return JobWaiter(sleep=self.sleep, display=display, connect=connect, **more)

    def list_checkpoints(self, _job_id: str) -> list[Checkpoint]:
        raise RequestNotSent("no answer")


class AtOnce(ThreadPoolExecutor):
    """What asyncio gives to a thread is done where it is given: in an order that is always one."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **more))
        except Exception as error:  # noqa: BLE001 - as a thread hands it over
            done.set_exception(error)
        return done


@dataclass
class Row:
    """A resource, as far as a row needs it."""

    pulumi_resource_name: str


def _job(job_id: str, status: str) -> Job:
    error = JobError("", "The training data failed RAI checks.") if status == "failed" else None
    return Job(id=job_id, status=status, created_at=1, estimated_finish=1_000_000, error=error)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, **_more: lines.append(text))
    return lines


def wait_for(waiter: JobWaiter, *job_ids: str) -> list[Any]:
    """What each of several waits came to."""

    async def all_of_them() -> list[Any]:
        waits = [
            waiter.succeeded(ACCOUNT, job_id, cast("pulumi.Resource", Row(job_id)))
            for job_id in job_ids
        ]
        return await asyncio.gather(*waits, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_all_jobs_of_an_account_share_one_look(log: list[str]) -> None:
    pending = {"a": "pending", "b": "pending"}
    service = Service([pending, pending, {"a": "succeeded", "b": "succeeded"}])
    assert wait_for(service.waiter(), "a", "b") == ["a", "b"]
    assert service.asked == 3


def test_where_nobody_watches_a_line_comes_on_news_or_each_minute(log: list[str]) -> None:
    service = Service([{"a": "pending"}] * 9 + [{"a": "succeeded"}])
    wait_for(service.waiter(interval=15.0), "a")
    firsts = [line.split(",")[0] for line in log]
    assert firsts == ["pending", "pending", "pending", "succeeded after 0:02:15", "a: succeeded"]


def test_a_job_that_has_succeeded_leaves_a_last_line_whatever_the_service_answers(
    log: list[str],
) -> None:
    service = Service([{"a": "succeeded"}])
    wait_for(service.waiter(), "a")
    assert log == ["a: succeeded"]


def test_a_job_whose_record_is_gone_is_known_by_its_model(log: list[str]) -> None:
    digits = "0f" * 16
    model = Model(id=f"gpt-4o-mini-2024-07-18.ft-{digits}-tutor", job_id="")
    service = Service([{}], tuned=[model])
    assert wait_for(service.waiter(), f"ftjob-{digits}") == [f"ftjob-{digits}"]


def test_a_job_that_is_gone_without_a_model_ends_the_wait(log: list[str]) -> None:
    (ended,) = wait_for(Service([{}]).waiter(), "ftjob-lost")
    assert "no job ftjob-lost" in str(ended)


def test_a_failed_job_lets_the_others_end_before_it_ends_the_run(log: list[str]) -> None:
    service = Service([{"a": "failed", "b": "pending"}] * 3 + [{"a": "failed", "b": "succeeded"}])
    failed, succeeded = wait_for(service.waiter(), "a", "b")
    assert succeeded == "b"
    assert isinstance(failed, pulumi.RunError)
    assert "job a failed: The training data failed RAI checks." in str(failed)
    assert "Correct the data" in str(failed)
    assert "Last events: Job started." in str(failed)
    assert service.asked == 4


def test_a_service_out_of_reach_for_a_while_is_borne(log: list[str]) -> None:
    lost: Sequence[dict[str, str] | Exception] = [RequestNotSent("no answer")] * MISSED_LOOKS
    service = Service([*lost, {"a": "succeeded"}])
    assert wait_for(service.waiter(), "a") == ["a"]


def test_a_service_out_of_reach_for_long_ends_the_wait_and_says_the_jobs_go_on(
    log: list[str],
) -> None:
    service = Service([RequestNotSent("no answer")])
    (gave_up,) = wait_for(service.waiter(), "a")
    assert isinstance(gave_up, pulumi.RunError)
    assert "The jobs go on" in str(gave_up)


def test_jobs_that_come_while_what_the_last_one_left_is_read_share_its_poll(
    log: list[str],
) -> None:
    later = {"b": "succeeded", "c": "succeeded", "d": "succeeded"}
    waits: list[asyncio.Future[str]] = []

    class Reading(Service):
        def list_checkpoints(self, job_id: str) -> list[Checkpoint]:
            if job_id == "a":
                waits.extend(asyncio.ensure_future(begun(name)) for name in later)
            return super().list_checkpoints(job_id)

    service = Reading([{"a": "succeeded"}, later])
    waiter = service.waiter()

    def begun(name: str) -> Any:
        return waiter.succeeded(ACCOUNT, name, cast("pulumi.Resource", Row(name)))

    async def program() -> list[Any]:
        asyncio.get_running_loop().set_default_executor(AtOnce())
        return [await begun("a"), *await asyncio.gather(*waits, return_exceptions=True)]

    assert asyncio.run(program()) == ["a", *later]
    assert service.asked == 2


def test_a_refusal_ends_the_wait_at_once(log: list[str]) -> None:
    service = Service([Unauthorized("no role", status=403)])
    (gave_up,) = wait_for(service.waiter(), "a")
    assert isinstance(gave_up, pulumi.RunError)
    assert service.asked == 1


def test_a_defect_ends_the_wait_too(log: list[str]) -> None:
    service = Service([KeyError("unforeseen")])
    (gave_up,) = wait_for(service.waiter(), "a")
    assert isinstance(gave_up, pulumi.RunError)
    assert "a defect in aoai, KeyError at test_job_waiter.py" in str(gave_up)


def test_a_status_that_is_no_end_is_waited_through(log: list[str]) -> None:
    statuses = ("pausing", "paused", "resuming", "running", "created", "a newer one", "")
    service = Service([*({"a": status} for status in statuses), {"a": "succeeded"}])
    assert wait_for(service.waiter(), "a") == ["a"]
    assert service.asked == len(statuses) + 1


def test_a_job_that_comes_later_does_not_wait_for_the_pause_of_the_others(log: list[str]) -> None:
    service = Service([{"a": "running", "b": "running"}] * 3 + [{"a": "succeeded", "b": "failed"}])
    sleeping = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        sleeping.set()
        await asyncio.Event().wait()  # for ever: only news ends the pause

    async def program() -> int:
        waiter = service.waiter()
        waiter.sleep = sleep
        rows = [cast("pulumi.Resource", Row(name)) for name in ("a", "b")]
        first = asyncio.ensure_future(waiter.succeeded(ACCOUNT, "a", rows[0]))
        await sleeping.wait()
        asked = service.asked
        second = asyncio.ensure_future(waiter.succeeded(ACCOUNT, "b", rows[1]))
        while service.asked == asked:  # noqa: ASYNC110  a thread asks
            await asyncio.sleep(0)
        for waiting in (first, second):
            waiting.cancel()
        return service.asked - asked

    assert asyncio.run(program()) == 1


def test_a_clock_that_is_set_back_changes_no_wait(log: list[str]) -> None:
    """The wait goes by a monotonic clock; the estimated end is the service's."""
    service = Service([{"a": "running"}] * 5 + [{"a": "succeeded"}])
    waiter = service.waiter()
    moments = iter((1e9, 1e9 - 3600, 0.0, 2e9, 1e9))
    waiter.polls.now = lambda: next(moments)
    assert wait_for(waiter, "a") == ["a"]
    assert service.asked == 6
