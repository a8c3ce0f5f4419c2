"""docs/moving.md, step by step: nothing is trained, and every deployment stays."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from tests.documents import Block, blocks, commands_of
from tests.engine.conftest import STACK, Project

pytestmark = pytest.mark.engine
PAGE = Path("docs/moving.md")


def world(azure: RunningEmulator) -> tuple[int, list[str]]:
    """How many jobs there are, and each deployment with everything that is kept of it."""
    accounts = azure.state()
    jobs = sum(len(account["jobs"]) for account in accounts.values())
    made = [
        f"{name} {json.dumps(found, sort_keys=True)}"
        for name, account in accounts.items()
        for found in account["deployments"]
    ]
    return jobs, sorted(made)


def test_the_page_moves_a_stack_and_nothing_happens_in_azure(
    project: Project, azure: RunningEmulator
) -> None:
    project.configure(
        deployments={
            "tutor-sweden": {"model": "tutor", "account": "sweden"},
            "tutor-america": {"model": "tutor", "account": "america", "deploymentName": "chat"},
        }
    )
    project.stack().up()
    before = world(azure)
    assert (before[0], len(before[1])) == (1, 2)
    (project.directory / "new-state").mkdir()
    for block in _commands():
        _run(project, "\n".join(commands_of(block)))
        assert world(azure) == before, f"{block}"


def _commands() -> list[Block]:
    return [block for block in blocks(PAGE) if commands_of(block) and not block.not_run]


def _run(project: Project, commands: str) -> None:
    """Run a block; the back end and the stack's file follow it into the next one."""
    old = project.directory / "stacks" / f"Pulumi.{STACK}.yaml"
    done = subprocess.run(
        ["bash", "-ec", commands.replace("pulumi login ", "export PULUMI_BACKEND_URL=")],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    if found := re.search(r"pulumi login (\S+)", commands):
        there = found[1].replace("$PWD", str(project.directory))
        project.environment["PULUMI_BACKEND_URL"] = there
    assert not old.exists() or "rename" not in commands


@pytest.mark.matrix
def test_a_model_that_is_moved_into_another_stack_stays_and_can_be_changed_there(
    project: Project, azure: RunningEmulator
) -> None:
    """Its fixed name was taken for that of another stack: it has the owner of the first one."""
    served = {"model": "tutor", "account": "sweden", "deploymentName": "chat"}
    project.configure(deployments={"tutor-sweden": served})
    project.stack().up()
    before = world(azure)
    other = project.other("second")
    other.configure()
    other.stack()
    (moved,) = [r["urn"] for r in project.resources() if r["urn"].endswith("Deployment::tutor")]
    done = subprocess.run(
        ["pulumi", "state", "move", "--yes", "--source", STACK, "--dest", "second", moved],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    project.configure(models={}, deployments={})
    for each in (project, other):
        done = each.run("up", "--yes", "--skip-preview")
        assert done.returncode == 0, done.stdout
    assert world(azure) == before
    other.configure(deployments={"tutor-sweden": {**served, "capacity": 2}})
    done = other.run("up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout
    assert len(azure.requests(method="PUT", path=r"/deployments/chat$")) == 2
