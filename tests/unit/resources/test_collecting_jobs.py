"""What comes of the jobs of a program: collected, left to a later run, failed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pulumi
import pytest

from aoai.azure.authoring.jobs import Job
from aoai.errors import ConfigurationError, RequestNotSent, Unauthorized
from aoai.resources.job_waiter import Collected, JobWaiter
from tests.pulumi_mocks import run_with_mocks
from tests.unit.resources.test_job_waiter import ACCOUNT, Service


class Named(Service):
    """An account whose jobs can be looked at one by one, too."""

    @property
    def inventory(self) -> Inventory:
        return Inventory(self)

    def get_job(self, job_id: str) -> Job:
        return next(job for job in self.newest_jobs(()) if job.id == job_id)


@dataclass
class Inventory:
    """The lists of an account."""

    service: Service

    def jobs(self) -> list[Job]:
        return self.service.newest_jobs(())


class Submitted(pulumi.CustomResource):
    """A job as the engine knows it."""

    job_id: pulumi.Output[str]
    status: pulumi.Output[str]
    account: pulumi.Output[Any]
    paused: pulumi.Output[bool]
    existing_job_id: pulumi.Output[str | None]

    def __init__(
        self,
        name: str,
        status: Any = "pending",
        *,
        paused: bool = False,
        existing_job_id: str | None = None,
    ) -> None:
        props = {
            "job_id": name,
            "status": status,
            "account": ACCOUNT.to_props(),
            "paused": paused,
            "existing_job_id": existing_job_id,
        }
        super().__init__("test:index:Submitted", name, props)


class Registered(pulumi.runtime.Mocks):
    """Registers everything; in a preview a job has no id before it is submitted."""

    def __init__(self, unknown: bool = False) -> None:
        self.unknown = unknown
        self.names: list[str] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, Any]:
        self.names.append(args.name)
        return None if self.unknown else args.name, dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(args.token)


def outcome(
    waiter: JobWaiter, *jobs: tuple[str, str], wait: Any = "block", **more: Any
) -> dict[str, tuple[str, str]]:
    """Job id and pending line of each job, given by name and stored status."""
    seen: dict[str, tuple[str, str]] = {}

    def program() -> Any:
        for name, status in jobs:
            job: Any = Submitted(name, status)
            collected = waiter.collect(job, wait=wait)
            _note(seen, name, collected)

    run_with_mocks(program, more.pop("mocks", Registered()), **more)
    return seen


def _note(seen: dict[str, tuple[str, str]], name: str, found: Collected) -> None:
    def see(values: list[str]) -> bool:
        seen[name] = (values[0], values[1])
        return True

    pulumi.Output.all(found.job_id, found.pending).apply(see)


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, **_more: lines.append(text))
    return lines


def test_a_wait_ends_with_the_jobs_id(log: list[str]) -> None:
    service = Named([{"a": "pending"}, {"a": "succeeded"}])
    assert outcome(service.waiter(), ("a", "pending")) == {"a": ("a", "")}


def test_what_the_state_knows_as_succeeded_is_not_asked_for(log: list[str]) -> None:
    service = Named([Unauthorized("no role", status=403)])
    for wait in ("block", "detach"):
        assert outcome(service.waiter(), ("a", "succeeded"), wait=wait) == {"a": ("a", "")}
    assert service.asked == 0


def test_a_job_that_runs_is_left_with_a_line_on_its_row(log: list[str]) -> None:
    service = Named([{"a": "running"}])
    found = outcome(service.waiter(), ("a", "pending"), wait="detach")
    assert found["a"][0] == ""
    assert "a: job a, running, job started, " in found["a"][1]
    assert "submitted 01 Jan 00:00 UTC; collected by the first `pulumi up`" in found["a"][1]
    assert log == [found["a"][1].removeprefix("a: ")]


def test_a_job_that_has_ended_is_collected_without_a_wait(log: list[str]) -> None:
    service = Named([{"a": "succeeded"}])
    assert outcome(service.waiter(), ("a", "pending"), wait="detach") == {"a": ("a", "")}
    assert service.now == 0


def test_a_job_that_cannot_be_looked_at_is_left_to_a_later_run(log: list[str]) -> None:
    service = Named([RequestNotSent("no answer")])
    found = outcome(service.waiter(), ("a", "pending"), wait="detach")
    assert found["a"] == ("", f"a: {log[0]}")
    assert "could not be read" in log[0]
    assert "no answer" in log[0]


def test_a_job_that_was_taken_in_and_fails_is_not_to_be_trained_again(log: list[str]) -> None:
    service = Named([{"a": "pending"}, {"a": "failed"}])

    def program() -> Any:
        job: Any = Submitted("a", existing_job_id="a")
        service.waiter().collect(job)

    with pytest.raises(pulumi.RunError) as raised:
        run_with_mocks(program, Registered())
    assert "take in another job, or train one here" in str(raised.value)
    assert "generation" not in str(raised.value)


def test_each_failure_is_raised_once_after_everything_was_registered(log: list[str]) -> None:
    service = Named(
        [
            {"a": "failed", "b": "pending", "c": "cancelled"},
            {"a": "failed", "b": "succeeded", "c": "cancelled"},
        ]
    )
    waiter, mocks = service.waiter(), Registered()

    def program() -> None:
        for name in ("a", "b", "c"):
            job: Any = Submitted(name)
            _last(name, waiter.collect(job).job_id)

    with pytest.raises(pulumi.RunError) as ended:
        run_with_mocks(program, mocks)
    assert str(ended.value).count("job a failed") == 1
    assert str(ended.value).count("job c") == 1
    assert {"last-a", "last-b", "last-c"} <= set(mocks.names)


def _last(name: str, job_id: pulumi.Output[str]) -> None:
    """A resource that takes a while and comes after the job."""

    async def slowly(value: str) -> str:
        for _turn in range(20):
            await asyncio.sleep(0)
        return value

    late, slow = Submitted, job_id.apply(slowly)  # type: ignore[arg-type,var-annotated]
    late(f"last-{name}", slow)


def test_a_preview_shows_what_will_be_submitted_and_asks_nothing(log: list[str]) -> None:
    service = Named([{}])
    mocks = Registered(unknown=True)
    found = outcome(service.waiter(), ("a", "x"), wait="detach", mocks=mocks, preview=True)
    assert found["a"][0] == ""
    assert "a job that the update submits" in found["a"][1]
    assert service.asked == 0


def test_a_job_that_target_leaves_out_is_not_asked_for(log: list[str]) -> None:
    service = Named([{}])

    def program() -> None:
        job: Any = Submitted("a")
        waiter = service.waiter()
        _note(seen, "a", waiter.collect(job))
        waiter.completed(job).apply(completed.append)

    seen: dict[str, tuple[str, str]] = {}
    completed: list[str] = []
    run_with_mocks(program, Registered(unknown=True))
    assert seen == {"a": ("", "")}
    assert completed in ([], [""])
    assert service.asked == 0


def test_a_job_that_is_paused_on_purpose_is_not_waited_for(log: list[str]) -> None:
    service = Named([{"a": "paused"}])

    def program() -> None:
        job: Any = Submitted("a", paused=True)
        _note(seen, "a", service.waiter().collect(job))

    seen: dict[str, tuple[str, str]] = {}
    run_with_mocks(program, Registered())
    assert seen["a"][0] == ""
    assert "job a, paused" in seen["a"][1]


def test_after_the_deadline_the_run_ends_and_the_job_goes_on(log: list[str]) -> None:
    service = Named([{"a": "running", "b": "succeeded"}])
    waiter, mocks = service.waiter(), Registered()

    def program() -> None:
        for name in ("a", "b"):
            job: Any = Submitted(name)
            _last(name, waiter.collect(job, deadline="36h").job_id)

    with pytest.raises(pulumi.RunError) as ended:
        run_with_mocks(program, mocks)
    text = str(ended.value)
    assert text.startswith("fine-tuning job a is running after a wait of 1 day, 12:00:00, the ")
    assert "it goes on, and the next `pulumi up` waits for it again" in text
    assert "\n" not in text
    assert service.now == 36 * 3600
    assert {"last-a", "last-b"} <= set(mocks.names)


def test_a_deadline_that_is_none_is_refused_at_once(log: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="such as `36h`"):
        JobWaiter().collect(cast("Any", None), deadline="soon")
