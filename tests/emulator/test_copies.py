"""Copies of checkpoints to other accounts of the tenant."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from aoai_emulator import RunningEmulator

from tests.emulator.wire import AMERICA, OTHER_TENANT, SWEDEN, Wire

HEADERS = {"aoai-copy-ft-checkpoints": "preview"}


@pytest.fixture
def path(wire: Wire) -> str:
    """The copy route of a checkpoint in Sweden; America has had a job."""
    wire.trained(AMERICA)
    job = wire.submit()
    wire.job(job)
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    return f"/fine_tuning/jobs/{job}/checkpoints/{points[0]['id']}/copy"


def copy(wire: Wire, path: str, headers: Any = None, **changes: Any) -> requests.Response:
    body = {
        "destinationResourceId": wire.azure.account_id(AMERICA),
        "region": "eastus2",
        **changes,
    }
    given = HEADERS if headers is None else headers
    return wire.data("POST", path, version="v1", json=body, headers=given)


def statuses(wire: Wire, path: str) -> list[str]:
    answer = wire.data("GET", path, version="v1", headers=HEADERS).json()
    return [each["status"] for each in answer["copiedAccountDetails"]]


def test_a_copy_arrives_at_its_pace_and_can_be_deployed(
    wire: Wire, azure: RunningEmulator, path: str
) -> None:
    azure.pace("polls:2", of="copies")
    answer = copy(wire, path)
    assert answer.status_code == 200
    assert answer.json()["copiedAccountDetails"] == [
        {
            "destinationResourceId": azure.account_id(AMERICA),
            "region": "eastus2",
            "status": "InProgress",
        }
    ]
    model = answer.json()["checkpointedModelName"]
    assert wire.deploy(model, account=AMERICA).status_code == 400
    assert [statuses(wire, path) for _ in range(2)] == [["InProgress"], ["Completed"]]
    assert wire.deploy(model, account=AMERICA).status_code == 201
    assert wire.chat(account=AMERICA).status_code == 200
    listed = wire.data("GET", "/models", AMERICA).json()["data"]
    assert model not in [each["id"] for each in listed]


def test_a_copy_arrives_without_being_polled(wire: Wire, azure: RunningEmulator, path: str) -> None:
    azure.freeze("2099-03-01T00:00:00Z")
    azure.pace("time:60", of="copies")
    model = copy(wire, path).json()["checkpointedModelName"]
    azure.advance(seconds=61)
    assert wire.deploy(model, account=AMERICA).status_code == 201


def test_a_copy_can_be_ended_by_hand(wire: Wire, azure: RunningEmulator, path: str) -> None:
    azure.pace("manual", of="copies")
    copy(wire, path)
    assert statuses(wire, path) == ["InProgress"]
    azure.push(SWEDEN)
    assert statuses(wire, path) == ["Completed"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"region": "westus"}, "is in eastus2"),
        ({"region": 3}, "region is required"),
        ({"colour": "red"}, "Unrecognized request argument"),
        ({"destinationResourceId": "/subscriptions/x"}, "There is no account"),
    ],
)
def test_a_copy_to_a_wrong_place_is_refused(
    wire: Wire, path: str, changes: dict[str, Any], what: str
) -> None:
    answer = copy(wire, path, **changes)
    assert (answer.status_code, what in answer.text) == (400, True), answer.text


def test_a_copy_stays_in_the_tenant(wire: Wire, azure: RunningEmulator, path: str) -> None:
    answer = copy(
        wire, path, destinationResourceId=azure.account_id(OTHER_TENANT), region="switzerlandwest"
    )
    assert "in the tenant of" in answer.text


def test_a_copy_needs_its_header_and_a_destination_that_has_trained(
    wire: Wire, azure: RunningEmulator, path: str
) -> None:
    assert "aoai-copy-ft-checkpoints" in copy(wire, path, headers={}).text
    assert wire.data("GET", path, version="v1", headers=HEADERS).status_code == 404
    wire.data("DELETE", f"/fine_tuning/jobs/{job_in(wire, AMERICA)}", AMERICA)
    assert "must have had a fine-tuning job" in copy(wire, path).text


def job_in(wire: Wire, account: str) -> str:
    return str(wire.data("GET", "/fine_tuning/jobs", account).json()["data"][0]["id"])


def test_a_running_job_has_nothing_to_copy(wire: Wire, azure: RunningEmulator, path: str) -> None:
    azure.pace("manual", of="jobs")
    job = wire.submit()
    azure.push(SWEDEN, job, progress=0.9)
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    answer = copy(wire, f"/fine_tuning/jobs/{job}/checkpoints/{points[0]['id']}/copy")
    assert answer.json()["error"]["code"] == "unexpectedEntityState"


def test_an_account_without_an_identity_copies_nothing(wire: Wire, azure: RunningEmulator) -> None:
    tenant = "bbbbbbbb-0000-4000-8000-00000000000b"
    token = wire.token(tenant, "https://cognitiveservices.azure.com")
    headers = {"Authorization": f"Bearer {token}"}
    file = wire.upload(account=OTHER_TENANT)
    job = wire.submit(OTHER_TENANT, training_file=file)
    wire.job(job, OTHER_TENANT)
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints", OTHER_TENANT).json()["data"]
    body = {
        "destinationResourceId": azure.account_id(OTHER_TENANT),
        "region": "Switzerland West",
    }
    answer = wire.raw(
        "POST",
        f"/{OTHER_TENANT}/openai/v1/fine_tuning/jobs/{job}/checkpoints/{points[0]['id']}/copy",
        json=body,
        headers={**headers, **HEADERS},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert "user-assigned identity" in answer.text
