"""Nothing waits behind a wait: the engine's calls are answered while jobs are waited for."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from tests.engine.conftest import Project
from tests.engine.engine_calls import VARIABLE, Call, calls
from tests.engine.test_kill import JOBS
from tests.engine.test_waits import ACCOUNTS, many, running_up

pytestmark = pytest.mark.engine

MODELS = 16
"""Each with a component, a file and a job: more than fifty resources."""
WAITING = 8
WITHIN = 1.0
"""Seconds that a call may take, and be behind others."""
MODEL = r"/openai/models/[^/]+$"


@pytest.mark.matrix
def test_at_fifty_resources_no_call_takes_a_second_while_eight_jobs_are_waited_for(
    project: Project, azure: RunningEmulator, tmp_path: Path
) -> None:
    models = many(project, MODELS)
    made = dict(list(models.items())[WAITING:])
    project.configure(models=made, deployments={}, pollInterval=1)
    project.stack().up()
    project.configure(models=models)
    azure.pace("manual", of="jobs")
    azure.forget_requests()
    with running_up(logged(project, tmp_path / "up.json")) as up:
        azure.wait_for(JOBS, method="POST", count=WAITING, seconds=100)
        begun = time.time()
        preview = logged(project, tmp_path / "preview.json").run("preview", "--refresh")
        waited_for = running(azure)
        azure.forget_requests()
        azure.push(*waited_for[0])
        azure.wait_for(MODEL, method="GET", seconds=30)
        still_waited_for = running(azure)
        azure.pace("immediate")
        output, _none = up.communicate(timeout=100)
    assert (up.returncode, preview.returncode) == (0, 0), output + preview.stdout
    assert (len(waited_for), len(still_waited_for)) == (WAITING, WAITING - 1)

    beside = answered(tmp_path / "preview.json")
    assert min(len(found) for found in beside.values()) >= 2 * MODELS
    within = answered(tmp_path / "up.json", begun)
    assert len(within["Check"]) >= WAITING
    calls_of_both = [call for found in (beside, within) for each in found.values() for call in each]
    assert [call for call in calls_of_both if call.seconds > WITHIN] == []


def running(azure: RunningEmulator) -> list[tuple[str, str]]:
    """Account and id of each job that has not ended."""
    state = azure.state()
    jobs = [(account, job) for account in ACCOUNTS.values() for job in state[account]["jobs"]]
    return [(account, job["id"]) for account, job in jobs if job["status"] != "succeeded"]


def answered(log: Path, since: float = 0) -> dict[str, list[Call]]:
    """The calls by their method, but those that the process was started for."""
    found = calls(log, "Check", "Diff", "Read")
    begun = max(since, min(call.ended for call in found))
    kept = [call for call in found if call.started > begun]
    return {method: [c for c in kept if c.method == method] for method in ("Check", "Diff", "Read")}


def logged(project: Project, log: Path) -> Project:
    """The project with a log of the engine's calls."""
    return replace(project, environment={**project.environment, VARIABLE: str(log)})
