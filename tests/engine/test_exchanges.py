"""What two deployments of a stack cannot do in one update, whatever the engine begins with."""

from __future__ import annotations

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import write_examples
from tests.engine.conftest import Project

pytestmark = [pytest.mark.engine, pytest.mark.matrix]

ONE = {"model": "a", "account": "sweden", "deploymentName": "one"}
TWO = {"model": "b", "account": "sweden", "deploymentName": "two"}


def served(account: Account) -> dict[str, tuple[str, str]]:
    """Model and incarnation of each deployment, by its name."""
    found = connect(account).deployments.list_deployments()
    return {each.name: (each.model, each.tags["aoai-id"]) for each in found}


@pytest.mark.parametrize("what", ["deploymentName", "model"])
def test_an_exchange_is_refused_in_the_preview_and_done_in_two_updates(
    project: Project, azure: RunningEmulator, sweden: Account, what: str
) -> None:
    """With ``--parallel 1`` the first was deleted for a name that the second had still."""
    model = project.settings["models"]["tutor"]
    write_examples(project.directory / "other.jsonl", topic="dicts")
    project.configure(
        models={"a": model, "b": {**model, "trainingFile": "other.jsonl"}},
        deployments={"first": ONE, "second": TWO},
    )
    project.stack()
    _up(project)
    before = served(sweden)
    exchanged = {"first": {**ONE, what: TWO[what]}, "second": {**TWO, what: ONE[what]}}
    project.configure(deployments=exchanged)
    preview = project.run("preview")
    assert preview.returncode != 0
    assert "is changed at the same time; change it, or take it out, in an update" in preview.stdout
    assert project.run("up", "--yes", "--skip-preview", "--parallel", "1").returncode != 0
    assert served(sweden) == before

    project.configure(deployments={"first": ONE})
    _up(project)
    project.configure(deployments={"first": exchanged["first"]})
    _up(project)
    project.configure(deployments=exchanged)
    _up(project)
    after = served(sweden)
    models = {name: model for name, (model, _) in before.items()}
    assert {name: model for name, (model, _) in after.items()} == {
        "one": models["two"],
        "two": models["one"],
    }
    assert project.run("preview", "--expect-no-changes").returncode == 0
    assert len(azure.state()["contoso-swedencentral"]["jobs"]) == 2


def _up(project: Project) -> None:
    done = project.run("up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout
