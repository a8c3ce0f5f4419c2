"""What ends a run from outside, other than kill -9 of the engine: the next one goes on from there.

A first signal lets the engine end what is under way; a second one ends it at once, as CI systems do
some seconds after the first. SIGPIPE is what ``pulumi up | head`` brings; a provider process may be
killed alone, by the kernel for its memory.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.resources.provider_process import WATCH_INTERVAL
from tests.engine.conftest import Project, started_up
from tests.engine.processes import descendants, end, is_provider
from tests.engine.test_kill import POINTS

pytestmark = pytest.mark.engine

ACCEPTED = "a job that was accepted"
PATIENCE = 60.0
"""Seconds for an engine to end; a loaded machine takes ten times as long as an idle one."""


def signals(*numbers: signal.Signals) -> Callable[[subprocess.Popen[str]], None]:
    """Send signals to the engine, some time apart."""

    def send(up: subprocess.Popen[str]) -> None:
        for number in numbers:
            up.send_signal(number)
            time.sleep(1)

    return send


def close_output(up: subprocess.Popen[str]) -> None:
    """Stop to read what the engine prints; what it prints next ends it."""
    assert up.stdout
    up.stdout.close()


def kill_providers(up: subprocess.Popen[str]) -> None:
    """Kill the processes that do the work, and leave the engine alive."""
    end([pid for pid in descendants(up.pid) if is_provider(pid)])


ENDINGS: dict[str, Callable[[subprocess.Popen[str]], None]] = {
    "SIGINT": signals(signal.SIGINT),
    "SIGTERM": signals(signal.SIGTERM),
    "SIGINT twice": signals(signal.SIGINT, signal.SIGINT),
    "SIGINT, then SIGTERM": signals(signal.SIGINT, signal.SIGTERM),
    "SIGPIPE": close_output,
    "its provider killed": kill_providers,
}
SAMPLE = {("SIGINT twice", ACCEPTED), ("its provider killed", ACCEPTED)}
CASES = [
    pytest.param(
        how, at, marks=[] if (how, at) in SAMPLE else pytest.mark.matrix, id=f"{how}, {at}"
    )
    for how in ENDINGS
    for at in ("an upload that is done", ACCEPTED, "a deployment that was accepted")
]


@contextmanager
def held_up(
    project: Project, azure: RunningEmulator, at: str
) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """An ``up`` whose request is held, and its processes; nothing of it is left in the end."""
    azure.fail("hold", **POINTS[at])
    up = started_up(project, subprocess.PIPE)
    azure.wait_for(POINTS[at]["path"], method=POINTS[at]["method"], seconds=PATIENCE)
    processes = descendants(up.pid)
    try:
        yield up, processes
    finally:
        azure.release()
        end([up.pid, *processes])
        up.wait()
        if up.stdout:
            up.stdout.close()


def wait_until_gone(pids: list[int], seconds: float) -> list[int]:
    """The provider processes that still live after that time."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_provider(pid)]) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def counts(account: Account) -> tuple[int, int, int]:
    """Files, jobs and deployments of an account."""
    connection = connect(account)
    return (
        len(connection.files.list_files()),
        len(connection.jobs.list_jobs()),
        len(connection.deployments.list_deployments()),
    )


@pytest.mark.parametrize(("how", "at"), CASES)
def test_a_run_that_was_ended_is_taken_up_by_the_next(
    project: Project, azure: RunningEmulator, sweden: Account, how: str, at: str
) -> None:
    stack = project.stack()
    with held_up(project, azure, at) as (up, processes):
        ENDINGS[how](up)
        azure.release()
        assert up.wait(PATIENCE) != 0
        # A provider that the engine has not ended sees within two looks that it is gone.
        assert wait_until_gone(processes, 4 * WATCH_INTERVAL) == []
    stack.cancel()
    stack.up()
    assert counts(sweden) == (1, 1, 1)
    stack.destroy()
    assert counts(sweden) == (0, 1, 0), "the record of a job stays, and costs nothing"


@pytest.mark.matrix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_waits_for_its_job_ends_soon_and_the_job_goes_on(
    project: Project, azure: RunningEmulator, sweden: Account, number: signal.Signals
) -> None:
    stack = project.stack()
    azure.pace("files=immediate,jobs=manual,deployments=immediate")
    up = started_up(project)
    try:
        azure.wait_for(r"/fine_tuning/jobs$", method="POST", seconds=PATIENCE)
        azure.wait_for(r"/fine_tuning/jobs", method="GET", seconds=PATIENCE)
        begin = time.monotonic()
        up.send_signal(number)
        assert up.wait(PATIENCE) != 0
        assert time.monotonic() - begin < PATIENCE / 2
    finally:
        end([*descendants(up.pid), up.pid])
        up.wait()
    assert [job.has_failed for job in connect(sweden).jobs.list_jobs()] == [False]
    azure.pace("immediate")
    stack.up()
    assert counts(sweden) == (1, 1, 1)


@pytest.mark.matrix
def test_two_runs_at_once_make_one_of_each(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    """The back end's lock turns the second one away while the first one works."""
    project.stack()
    with held_up(project, azure, ACCEPTED) as (up, _):
        second = project.run("up", "--yes", "--skip-preview")
        assert second.returncode != 0
        assert "the stack is currently locked by 1 lock(s)" in second.stderr + second.stdout
        azure.release()
        assert up.wait(PATIENCE) == 0
    assert counts(sweden) == (1, 1, 1)
    again = project.run("up", "--yes", "--skip-preview")
    assert again.returncode == 0
    assert counts(sweden) == (1, 1, 1)
