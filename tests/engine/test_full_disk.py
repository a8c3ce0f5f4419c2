"""The disk of the state fills up in the middle of an update: the next run goes on from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.engine.conftest import ROOT, STACK, Project

pytestmark = [pytest.mark.engine, pytest.mark.matrix]

OWN_DISK = ("unshare", "--user", "--map-root-user", "--mount")
UP = f"pulumi up --yes --skip-preview --non-interactive --stack {STACK}"
REPAIR = (
    "import os, pathlib, tools.local_state as s; s.repair(pathlib.Path(os.environ['STATE']), print)"
)
SCRIPT = f"""
mount -t tmpfs -o size=10m tmpfs "$STATE"
pulumi stack init {STACK} >/dev/null
used=$(df --output=used "$STATE" | tail -1)
mount -o "remount,size=$((used + 24))k" "$STATE"
{UP} && exit 99
mount -o remount,size=10m "$STATE"
ls -l "$STATE/.pulumi/stacks/aoai-finetune"
pulumi cancel --yes --stack {STACK}
cd {ROOT} && {sys.executable} -c "{REPAIR}" && cd - >/dev/null
{UP}
"""
"""The first update ends early; with room again, the second one goes on from what it made.

The engine may leave a state that is cut off; what ``make up`` does puts its backup in its place.
"""


def can_mount(directory: Path) -> bool:
    """Whether this user may have a disk of its own."""
    if shutil.which("unshare") is None:
        return False
    command = [*OWN_DISK, "mount", "-t", "tmpfs", "tmpfs", str(directory)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_full_disk_of_the_state_ends_the_update_and_nothing_is_made_twice(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    state = Path(project.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    if not can_mount(state):
        pytest.skip("no tmpfs can be mounted here")
    done = subprocess.run(
        [*OWN_DISK, "bash", "-c", SCRIPT],
        cwd=project.directory,
        env={**os.environ, **project.environment, "STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    shown = done.stdout + done.stderr
    assert done.returncode == 0, shown
    assert "no space left on device" in shown
    connection = connect(sweden)
    assert len(connection.files.list_files()) == 1
    assert len(connection.jobs.list_jobs()) == 1
    assert len(connection.deployments.list_deployments()) == 1
