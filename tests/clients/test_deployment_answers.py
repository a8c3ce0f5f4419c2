"""A deployment made, changed and deleted under every answer that the emulator can give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.errors import OperationFailed
from tests.answers import ANSWERS
from tests.clients.conftest import Connect
from tests.clients.test_whole_way import body_of, train
from tests.unit.azure.helpers import FakeTime

DEPLOYMENT_ANSWERS: dict[str, dict[str, Any]] = {
    **ANSWERS,
    "Location alone": {"operation_header": "location"},
    "no header": {"operation_header": "none"},
    "deleted in the answer": {"deployment_delete_async": False},
    "ids in lower case": {"id_casing": "lower"},
    "ids with resourcegroups": {"id_casing": "groups"},
}


@pytest.mark.parametrize("pace", ["immediate", "polls:2"])
@pytest.mark.parametrize("answers", DEPLOYMENT_ANSWERS.values(), ids=DEPLOYMENT_ANSWERS)
def test_a_deployment_works_with_each_set_of_answers(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    pace: str,
) -> None:
    clients = connect(sweden)
    body = body_of(train(clients, training_file))
    azure.pace(pace, of="deployments")
    made = clients.deployments.create_or_update_deployment("ft", body)
    assert (made.provisioning_state, made.capacity) == ("Succeeded", 1)
    body["sku"]["capacity"] = 2
    assert clients.deployments.create_or_update_deployment("ft", body).capacity == 2
    assert [each.name for each in clients.deployments.list_deployments()] == ["ft"]
    clients.deployments.delete_deployment("ft")
    assert clients.deployments.list_deployments() == []


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("azure-asyncoperation", "ended as failed: DeploymentFailed"),
        ("location", "ended as failed"),
        ("none", "ended as failed"),
    ],
)
def test_a_deployment_that_fails_says_what_its_operation_shows(
    header: str,
    said: str,
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    time: FakeTime,
) -> None:
    clients = connect(sweden)
    body = body_of(train(clients, training_file))
    azure.settings(deployments_fail=True, operation_header=header)
    with pytest.raises(OperationFailed, match=said):
        clients.deployments.create_or_update_deployment("ft", body)
    assert bool(time.sleeps) == (header != "none"), "only what a header leads to is asked again"
    assert clients.deployments.get_deployment("ft").provisioning_state == "Failed"
