"""A deployment made, changed and deleted under every answer that the emulator can give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.errors import OperationFailed
from tests.clients.conftest import Connect
from tests.clients.test_whole_way import body_of, train
from tests.unit.azure.helpers import FakeTime

OLDER = {
    "base_models_at_once": False,
    "operation_header": "azure-asyncoperation",
    "operation_path": "operationStatuses",
    "operation_running": "InProgress",
    "operation_retry_after": 0,
    "rai_policy_default": "Microsoft.DefaultV2",
    "sku_name_echoed": False,
    "monitor_span": "whole",
    "account_limits": "2023",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "as recorded": {},
    "as before": OLDER,
    "Location alone": {"operation_header": "location"},
    "no header": {"operation_header": "none"},
    "deleted in the answer": {"deployment_delete_async": False},
    "ids in lower case": {"id_casing": "lower"},
    "ids with resourcegroups": {"id_casing": "groups"},
}


@pytest.mark.parametrize("pace", ["immediate", "looks:2"])
@pytest.mark.parametrize("answers", ANSWERS)
def test_a_deployment_lives_whatever_the_answers_look_like(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    answers: str,
    pace: str,
) -> None:
    azure.settings(**ANSWERS[answers])
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


def test_a_deployment_that_fails_says_why(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    time: FakeTime,
) -> None:
    clients = connect(sweden)
    body = body_of(train(clients, training_file))
    azure.settings(deployments_fail=True)
    with pytest.raises(OperationFailed, match="DeploymentFailed"):
        clients.deployments.create_or_update_deployment("ft", body)
    assert time.sleeps
    assert clients.deployments.get_deployment("ft").provisioning_state == "Failed"
