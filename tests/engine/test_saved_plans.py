"""A saved plan: an update with it does what was planned, or ends in an error and bills nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import write_examples
from tests.engine.conftest import Project
from tests.engine.test_kill import DEPLOYMENTS, FILES, JOBS

pytestmark = [pytest.mark.engine, pytest.mark.matrix]

DEPLOYED = {"model": "tutor", "account": "sweden", "deploymentName": "chat"}
CHANGED = {"capacity": 7}
NEW, OTHER = "dicts", "bools"
"""Topics of the data: the one that is planned, and another one; of one size, as a plan has it."""


class Case(NamedTuple):
    """What happens between a plan and the update with it.

    Attributes:
        planned: the edit that is planned.
        meanwhile: what happens.
        error: what the update says; empty if it does what was planned.
    """

    planned: Callable[[Project], None]
    meanwhile: Callable[[Project, Account], None]
    error: str = ""


def up(project: Project, *more: str) -> str:
    done = project.run("up", "--yes", "--skip-preview", *more)
    assert done.returncode == 0, done.stdout
    return done.stdout


def new_data(project: Project) -> None:
    write_examples(project.train, topic=NEW)


def more_capacity(project: Project) -> None:
    project.configure(deployments={"tutor-sweden": {**DEPLOYED, **CHANGED}})


def same_update(project: Project, _account: Account) -> None:
    up(project)


def another_update(project: Project, _account: Account) -> None:
    write_examples(project.train, topic=OTHER)
    up(project)


def another_update_that_was_reverted(project: Project, account: Account) -> None:
    another_update(project, account)
    new_data(project)


def other_data(project: Project, _account: Account) -> None:
    write_examples(project.train, topic=OTHER)


def destroyed(project: Project, _account: Account) -> None:
    assert project.run("destroy", "--yes", "--skip-preview").returncode == 0


def deleted_by_others(_project: Project, account: Account) -> None:
    connect(account).deployments.delete_deployment("chat")


def taken_by_another_stack(project: Project, _account: Account) -> None:
    """Another stack of the same settings adopts the deployment."""
    other = project.other("other")
    other.stack()
    other.configure(deployments={"tutor-sweden": {**DEPLOYED, "adopt": True}})
    up(other)


CASES = {
    "nothing": Case(new_data, lambda _project, _account: None),
    "the same update": Case(new_data, same_update, "expected resource operations"),
    "another update": Case(new_data, another_update, "violates plan"),
    "another update that was reverted": Case(new_data, another_update_that_was_reverted),
    "other data": Case(new_data, other_data, "violates plan"),
    "a destroy": Case(more_capacity, destroyed, "not allowed by the plan"),
    "a delete by others": Case(more_capacity, deleted_by_others, "violates plan"),
    "a takeover": Case(more_capacity, taken_by_another_stack, "belongs to"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_update_does_what_was_planned_or_bills_nothing_after(
    name: str, project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    case = CASES[name]
    project.configure(deployments={"tutor-sweden": DEPLOYED})
    project.stack().up()
    case.planned(project)
    assert project.run("preview", "--save-plan", "plan.json").returncode == 0
    case.meanwhile(project, sweden)
    azure.forget_requests()
    served = live(sweden)
    done = project.run("up", "--yes", "--skip-preview", "--plan", "plan.json")
    assert (done.returncode != 0) == bool(case.error), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert case.error in done.stdout
    if case.error:
        assert written(azure) == []
        assert live(sweden) == served
    else:
        assert len(written(azure)) == 3  # a file, a job, a deployment
        assert project.run("preview", "--expect-no-changes").returncode == 0


def written(azure: RunningEmulator) -> list[dict[str, Any]]:
    """The requests that make or change something."""
    kinds = (("POST", FILES), ("POST", JOBS), ("PUT", DEPLOYMENTS))
    return [each for method, path in kinds for each in azure.requests(method=method, path=path)]


def live(account: Account) -> list[tuple[str, str, int | None]]:
    """Name, model and capacity of what serves."""
    found = connect(account).deployments.list_deployments()
    return [(each.name, str(each.model), each.capacity) for each in found]
