"""kill -9 of the engine while a large file goes up: its provider stops and leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import write_large
from tests.engine.conftest import Project
from tests.engine.test_kill import killed_up, up_after_a_kill

pytestmark = [pytest.mark.engine, pytest.mark.matrix]

PART, COMPLETE = r"/uploads/[^/]+/parts$", r"/uploads/[^/]+/complete$"
POINTS = {
    "an upload that has begun": {"method": "POST", "path": r"/uploads$", "when": "after"},
    "a part that has not arrived": {"method": "POST", "path": PART, "when": "before"},
    "a part that was taken": {"method": "POST", "path": PART, "when": "after"},
    "a completion that is done": {"method": "POST", "path": COMPLETE, "when": "after"},
}


@pytest.mark.parametrize("name", POINTS)
def test_a_killed_upload_is_made_good_by_the_next_run(
    name: str, project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    write_large(project.train)
    project.configure(deployments={})
    stack = project.stack()
    up_after_a_kill(stack, killed_up(project, azure, POINTS[name]))
    connection = connect(sweden)
    assert [file.bytes for file in connection.files.list_files()] == [project.train.stat().st_size]
    assert len(connection.jobs.list_jobs()) == 1
    uploads: list[dict[str, Any]] = azure.state()[sweden.name]["uploads"]
    assert [upload for upload in uploads if upload["parts"]] == []
