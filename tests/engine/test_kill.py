"""kill -9 of the engine at each request of an update: the next run pays and makes nothing twice."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest
from aoai_emulator import AdminError, RunningEmulator
from pulumi import automation

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.resources.provider_process import WATCH_INTERVAL
from tests.engine.conftest import Project, started_up
from tests.engine.processes import descendants, end, is_provider

pytestmark = pytest.mark.engine

FILES, JOBS, DEPLOYMENTS = r"/openai/files$", r"/fine_tuning/jobs$", r"/deployments/[^/]+$"
POINTS = {
    "the look for an uploaded file": {"method": "GET", "path": FILES, "when": "before"},
    "an upload that has not arrived": {"method": "POST", "path": FILES, "when": "before"},
    "an upload that is done": {"method": "POST", "path": FILES, "when": "after"},
    "the look for a submitted job": {"method": "GET", "path": JOBS, "when": "before"},
    "a job that has not arrived": {"method": "POST", "path": JOBS, "when": "before"},
    "a job that was accepted": {"method": "POST", "path": JOBS, "when": "after"},
    "a deployment that has not arrived": {"method": "PUT", "path": DEPLOYMENTS, "when": "before"},
    "a deployment that was accepted": {"method": "PUT", "path": DEPLOYMENTS, "when": "after"},
}
SAMPLE = ("the look for a submitted job", "a job that was accepted")


def points() -> list[Any]:
    return [
        pytest.param(name, marks=[] if name in SAMPLE else pytest.mark.matrix, id=name)
        for name in POINTS
    ]


def killed_up(project: Project, azure: RunningEmulator, point: dict[str, Any]) -> list[int]:
    """Run ``up`` until the request of ``point`` is held, kill the engine, let the request go."""
    azure.fail("hold", **point)
    up = started_up(project)
    azure.wait_for(point["path"], method=point["method"], seconds=60)
    orphans = descendants(up.pid)
    os.kill(up.pid, signal.SIGKILL)
    up.wait()
    azure.release()
    return orphans


def up_after_a_kill(stack: automation.Stack, orphans: list[int]) -> None:
    """What an operator does next: release the lock and run ``up`` again, whatever still lives."""
    try:
        stack.cancel()
        stack.up()
    finally:
        end(orphans)


@pytest.mark.parametrize("name", points())
def test_a_killed_run_is_taken_up_by_the_next(
    name: str, project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    stack = project.stack()
    up_after_a_kill(stack, killed_up(project, azure, POINTS[name]))
    connection = connect(sweden)
    assert len(connection.jobs.list_jobs()) == 1
    assert len(connection.files.list_files()) == 1
    assert len(connection.deployments.list_deployments()) == 1


@pytest.mark.matrix
def test_an_orphaned_provider_ends_itself(project: Project, azure: RunningEmulator) -> None:
    project.stack()
    orphans = killed_up(project, azure, POINTS["the look for a submitted job"])
    deadline = time.monotonic() + 4 * WATCH_INTERVAL
    try:
        while any(is_provider(pid) for pid in orphans) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not any(is_provider(pid) for pid in orphans)
    finally:
        end(orphans)


def test_an_orphaned_provider_submits_nothing(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    """The look for the job was answered after the engine had died: no submission follows."""
    project.stack()
    orphans = killed_up(project, azure, POINTS["the look for a submitted job"])
    try:
        # An orphan would submit within milliseconds of the answer; this waits for an event.
        with pytest.raises(AdminError, match="no such request came in time"):
            azure.wait_for(JOBS, method="POST", seconds=2)
    finally:
        end(orphans)
    assert connect(sweden).jobs.list_jobs() == []
