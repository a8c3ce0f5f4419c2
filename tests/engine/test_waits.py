"""Many waits at once starve nothing, and a lost provider costs nothing, on the real engine."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import write_examples
from tests.engine.conftest import Project
from tests.engine.processes import descendants, is_provider
from tests.engine.test_kill import DEPLOYMENTS, JOBS

pytestmark = pytest.mark.engine

MODELS = 12
"""Three times the threads of a provider process; with files and jobs there are 50 resources."""
ACCOUNTS = {"sweden": "contoso-swedencentral", "america": "contoso-northcentralus"}


def many(project: Project, count: int = MODELS) -> dict[str, Any]:
    """Models of two accounts, each with data of its own."""
    tutor = project.settings["models"]["tutor"]
    models = {}
    for number in range(count):
        write_examples(project.directory / f"{number}.jsonl", topic=f"topic {number}")
        account = "sweden" if number % 2 else "america"
        models[f"m{number}"] = {**tutor, "trainingFile": f"{number}.jsonl", "account": account}
    return models


@contextmanager
def running_up(project: Project) -> Iterator[subprocess.Popen[str]]:
    """An update that goes on meanwhile."""
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", project.name, "--non-interactive"],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as up:
        yield up


@pytest.mark.matrix
def test_a_model_is_made_and_deployed_while_eleven_others_are_waited_for(
    project: Project, azure: RunningEmulator, sweden: Account, america: Account
) -> None:
    azure.pace("manual", of="jobs")
    project.configure(
        models=many(project),
        deployments={f"d{n}": {"model": f"m{n}", "account": "sweden"} for n in (1, 3)},
        pollInterval=1,
    )
    project.stack()
    with running_up(project) as up:
        azure.wait_for(JOBS, method="POST", count=MODELS, seconds=100)
        for job in connect(sweden).jobs.list_jobs():
            azure.push(ACCOUNTS["sweden"], job.id)
        azure.wait_for(DEPLOYMENTS, method="PUT", count=2, seconds=30)
        waiting = [job for job in connect(america).jobs.list_jobs() if not job.is_terminal]
        azure.pace("immediate")
        output, _none = up.communicate(timeout=100)
    assert up.returncode == 0, output
    assert len(waiting) == MODELS // 2


@pytest.mark.parametrize("when", ["before", pytest.param("after", marks=pytest.mark.matrix)])
def test_a_provider_that_is_killed_while_it_submits_is_paid_once(
    when: str, project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    stack = project.stack()
    azure.fail("hold", method="POST", path=JOBS, when=when)
    with running_up(project) as up:
        azure.wait_for(JOBS, method="POST", seconds=60)
        for pid in filter(is_provider, descendants(up.pid)):
            os.kill(pid, signal.SIGKILL)
        azure.release()
        output, _none = up.communicate(timeout=100)
    assert up.returncode != 0, output
    stack.up()
    assert len(connect(sweden).jobs.list_jobs()) == 1
    assert len(connect(sweden).deployments.list_deployments()) == 1
