"""kill -9 of the engine at each request of a detached update and of the one that collects."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.engine.conftest import Project
from tests.engine.test_detached import detached, edit, finish, hold, jobs, outputs, served, up
from tests.engine.test_kill import DEPLOYMENTS, FILES, JOBS, killed_up, up_after_a_kill

__all__ = ["detached"]  # a fixture

pytestmark = pytest.mark.engine

ONE_JOB, MODEL = r"/fine_tuning/jobs/[^/]+$", r"/openai/models/[^/]+$"

SUBMIT = {
    "the look for an uploaded file": {"method": "GET", "path": FILES, "when": "before"},
    "an upload that is done": {"method": "POST", "path": FILES, "when": "after"},
    "the look for a submitted job": {"method": "GET", "path": JOBS, "when": "before"},
    "a job that has not arrived": {"method": "POST", "path": JOBS, "when": "before"},
    "a job that was accepted": {"method": "POST", "path": JOBS, "when": "after"},
    "the look at the job that is left": {"method": "GET", "path": ONE_JOB, "when": "before"},
}
COLLECT = {
    "the look at the model": {"method": "GET", "path": MODEL, "when": "before"},
    "a deployment that has not arrived": {"method": "PUT", "path": DEPLOYMENTS, "when": "before"},
    "a deployment that was accepted": {"method": "PUT", "path": DEPLOYMENTS, "when": "after"},
    "the end of the old deployment": {"method": "DELETE", "path": DEPLOYMENTS, "when": "after"},
}
SAMPLE = ("a job that was accepted", "a deployment that was accepted")


def points(table: dict[str, Any]) -> list[Any]:
    return [
        pytest.param(point, marks=[] if name in SAMPLE else pytest.mark.matrix, id=name)
        for name, point in table.items()
    ]


def edited(detached: Project, azure: RunningEmulator, account: Account) -> str:
    """A model is served, and its data is edited; the name of the model."""
    finish(azure)
    up(detached)
    hold(azure)
    edit(detached, "Answer 3 about", "A better answer 3 about")
    (model,) = served(account)
    return model


def ensure_collected(detached: Project, account: Account, old: str) -> None:
    assert served(account) == [outputs(detached)["models"]["tutor"]["fineTunedModel"]]
    assert served(account) != [old]
    assert len(jobs(account)) == 2
    assert len(connect(account).files.list_files()) == 1
    assert outputs(detached)["pending"] == {}
    assert detached.run("preview", "--expect-no-changes").returncode == 0


@pytest.mark.parametrize("point", points(SUBMIT))
def test_a_submission_that_was_killed_is_paid_once_and_the_old_model_serves(
    point: dict[str, Any], detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    old = edited(detached, azure, sweden)
    orphans = killed_up(detached, azure, point)
    assert served(sweden) == [old]
    up_after_a_kill(detached.stack(), orphans)
    assert served(sweden) == [old]
    finish(azure)
    up(detached)
    ensure_collected(detached, sweden, old)


@pytest.mark.matrix
@pytest.mark.parametrize("point", points(COLLECT))
def test_a_collection_that_was_killed_is_made_by_the_next_update(
    point: dict[str, Any], detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    old = edited(detached, azure, sweden)
    up(detached)
    finish(azure)
    orphans = killed_up(detached, azure, point)
    assert served(sweden)
    up_after_a_kill(detached.stack(), orphans)
    ensure_collected(detached, sweden, old)
