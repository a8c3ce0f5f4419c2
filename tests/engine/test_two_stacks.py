"""Two stacks, and one name for both of their deployments."""

from __future__ import annotations

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.engine.conftest import Project
from tests.engine.test_kill import DEPLOYMENTS, JOBS
from tests.engine.test_waits import running_up

pytestmark = pytest.mark.engine

LIST = r"/deployments$"
DEPLOYED = {"tutor-sweden": {"model": "tutor", "account": "sweden", "deploymentName": "chat"}}


def test_of_two_stacks_that_make_one_name_at_once_one_serves_and_the_other_is_told(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    """The second write meets an account that is busy with the first, and looks again."""
    project.configure(deployments=DEPLOYED)
    project.stack()
    other = project.other("other")
    other.configure()
    other.stack()
    azure.pace("manual", of="deployments")
    azure.fail("hold", method="PUT", path=DEPLOYMENTS)
    with running_up(project) as first, running_up(other) as second:
        azure.wait_for(DEPLOYMENTS, method="PUT", count=2, seconds=100)
        looks = len(azure.requests(method="GET", path=LIST))
        azure.release()
        azure.wait_for(LIST, method="GET", count=looks + 1, seconds=60)
        azure.pace("immediate")
        ended = [(up.communicate(timeout=100)[0], up.returncode) for up in (first, second)]
    shown, codes = zip(*ended, strict=True)
    assert sorted(code != 0 for code in codes) == [False, True], "".join(shown)
    loser, winner = codes.index(max(codes)), codes.index(0)
    names = (project.name, other.name)
    assert f"belongs to organization/aoai-finetune/{names[winner]}/tutor-sweden" in shown[loser]
    (served,) = connect(sweden).deployments.list_deployments()
    assert served.tags["aoai-owner"].split("/")[2] == names[winner]
    assert len(azure.requests(method="POST", path=JOBS)) == 2

    again = (project, other)[loser].run("up", "--yes", "--skip-preview")
    assert again.returncode != 0
    assert len(azure.requests(method="POST", path=JOBS)) == 2
    assert connect(sweden).deployments.list_deployments() == [served]
