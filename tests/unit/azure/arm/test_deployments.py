"""Changes of deployments: accepted is not done, busy is not refused, done is read back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from aoai.azure.arm.deployments import Deployment, DeploymentsClient, WaitBudget
from aoai.errors import (
    ConfigurationError,
    Conflict,
    InvalidRequest,
    OperationFailed,
    OperationTimedOut,
)
from tests.unit.azure.helpers import ACCOUNT_ID, OTHER_TENANT, Answer, Request, Rig

BUSY = Answer(
    409,
    {
        "error": {
            "code": "RequestConflict",
            "message": "Another operation is being performed on the parent resource",
        }
    },
)
PATH = f"{ACCOUNT_ID}/deployments/ft-prod"
BODY = {"sku": {"name": "Standard", "capacity": 1}}


def _deployment(state: str) -> dict[str, Any]:
    return {"id": PATH, "name": "ft-prod", "properties": {"provisioningState": state}}


@dataclass
class Arm:
    """One deployment: the answer to the change, then those of polls, then those of reads."""

    change: list[Answer]
    polls: list[Answer] = field(default_factory=list)
    reads: list[Answer] = field(default_factory=list)
    last: Answer = field(default_factory=lambda: Answer(body=_deployment("Succeeded")))
    seen: list[str] = field(default_factory=list)

    def route(self, request: Request) -> Answer:
        kind = "poll" if "operation" in request.path else request.method
        self.seen.append(kind)
        if kind == "poll":
            return self.polls.pop(0)
        if kind == "GET":
            return self.reads.pop(0) if self.reads else self.last
        return self.change.pop(0) if len(self.change) > 1 else self.change[0]


def _client(rig: Rig, arm: Arm, **budget: float) -> DeploymentsClient:
    rig.server.route = arm.route
    transport = rig.transport(auxiliary=True)
    return DeploymentsClient(transport, rig.account(), wait_budget=WaitBudget(**budget))


def _accepted(rig: Rig, status: int, header: str, retry_after: str | None = None) -> Answer:
    headers = {header: f"{rig.server.url}/operations/1?api-version=x&t=2"}
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    return Answer(status, _deployment("Accepted") if status == 201 else None, headers)


@pytest.mark.parametrize(
    "polls",
    [
        [Answer(body={"status": "Succeeded"})],
        [Answer(body={"status": "InProgress"}), Answer(body={"status": "SUCCEEDED"})],
        [Answer(202), Answer(202), Answer(200)],
        [Answer(404), Answer(body={"status": "Running"}), Answer(204)],
        [
            Answer(body={"properties": {"provisioningState": "Creating"}}),
            Answer(body={"properties": {"provisioningState": "succeeded"}}),
        ],
        [Answer(body={"status": "a word of the future"}), Answer(body={"status": "Succeeded"})],
        [Answer(404), Answer(404), Answer(404)],
        [Answer(500), Answer(body={"status": "Succeeded"})],
    ],
)
@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "Location", "azure-asyncoperation"])
def test_every_form_of_operation_is_followed_to_its_end(
    rig: Rig, polls: list[Answer], header: str
) -> None:
    arm = Arm([_accepted(rig, 201, header)], list(polls))
    deployment = _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert deployment.provisioning_state == "Succeeded"
    assert arm.polls == []
    assert arm.seen[0] == "PUT"
    assert arm.seen[-1] == "GET"


def test_the_polling_url_keeps_its_query(rig: Rig) -> None:
    arm = Arm([_accepted(rig, 201, "Location")], [Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert rig.server.requests[1].query == {"api-version": "x", "t": "2"}


def test_an_operation_is_preferred_to_a_location(rig: Rig) -> None:
    operation = f"{rig.server.url}/operations/1"
    headers = {"Location": f"{rig.server.url}/never", "Azure-AsyncOperation": operation}
    arm = Arm([Answer(201, _deployment("Creating"), headers)], [Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert rig.server.requests[1].path == "/operations/1"


def test_the_service_says_how_long_to_wait_between_polls(rig: Rig) -> None:
    slow = Answer(202, headers={"Retry-After": "3"})
    arm = Arm([_accepted(rig, 201, "Location", "7")], [slow, Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert rig.time.sleeps == [7, 3]


@pytest.mark.parametrize(("asked", "waited"), [(None, 10), ("0", 0.1), ("1e9", 60), ("x", 10)])
def test_the_wait_between_polls_is_bounded(rig: Rig, asked: str | None, waited: float) -> None:
    arm = Arm([_accepted(rig, 201, "Location", asked)], [Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert rig.time.sleeps == [waited]


def test_a_change_without_an_operation_is_polled_until_it_has_ended(rig: Rig) -> None:
    states = [Answer(body=_deployment(state)) for state in ("Accepted", "Creating")]
    arm = Arm([Answer(200, _deployment("Accepted"))], reads=states)
    assert _client(rig, arm).create_or_update_deployment("ft-prod", BODY).name == "ft-prod"
    assert arm.seen == ["PUT", "GET", "GET", "GET"]


def test_succeeded_is_not_believed_before_the_deployment_says_so(rig: Rig) -> None:
    arm = Arm(
        [_accepted(rig, 201, "Location")],
        [Answer(body={"status": "Succeeded"})],
        [Answer(body=_deployment("Creating"))],
    )
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert arm.seen == ["PUT", "poll", "GET", "GET"]


@pytest.mark.parametrize("misses", [1, 3])
def test_some_404_after_a_change_are_only_a_delay(rig: Rig, misses: int) -> None:
    arm = Arm([Answer(201, _deployment("Succeeded"))], reads=[Answer(404)] * misses)
    assert _client(rig, arm).create_or_update_deployment("ft-prod", BODY).name == "ft-prod"


def test_a_deployment_that_stays_absent_has_failed(rig: Rig) -> None:
    arm = Arm([Answer(201, _deployment("Succeeded"))], last=Answer(404))
    with pytest.raises(OperationFailed, match="is not there"):
        _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert sum(rig.time.sleeps) >= 30


@pytest.mark.parametrize("state", ["Failed", "Canceled", "Cancelled", "failed"])
def test_an_operation_that_failed_says_why_and_what_to_do(rig: Rig, state: str) -> None:
    error = {"code": "InsufficientQuota", "message": "bigger than the capacity 0"}
    poll = Answer(body={"status": state, "error": error})
    arm = Arm([_accepted(rig, 201, "Azure-AsyncOperation")], [poll])
    with pytest.raises(OperationFailed) as caught:
        _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    for part in (
        "Deployment ft-prod of account contoso-swedencentral (swedencentral)",
        "InsufficientQuota: bigger than the capacity 0",
        "Lower the capacity",
    ):
        assert part in str(caught.value)


def test_a_deployment_that_reads_back_as_failed_has_failed(rig: Rig) -> None:
    arm = Arm([Answer(200)], last=Answer(body=_deployment("Failed")))
    with pytest.raises(OperationFailed, match="failed"):
        _client(rig, arm).create_or_update_deployment("ft-prod", BODY)


def test_an_operation_that_never_ends_is_left_at_its_budget(rig: Rig) -> None:
    arm = Arm([_accepted(rig, 201, "Location", "30")], [Answer(202)] * 1000)
    with pytest.raises(OperationTimedOut, match="Run again later"):
        _client(rig, arm, operation=300).create_or_update_deployment("ft-prod", BODY)
    assert sum(rig.time.sleeps) == pytest.approx(300)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_busy_account_is_waited_for(rig: Rig, method: str) -> None:
    gone = Answer(404) if method == "DELETE" else Answer(body=_deployment("Succeeded"))
    arm = Arm([*[BUSY] * 20, Answer(200)], last=gone)
    client = _client(rig, arm)
    if method == "PUT":
        client.create_or_update_deployment("ft-prod", BODY)
    else:
        client.delete_deployment("ft-prod")
    assert arm.seen.count(method) == 21


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_was_true_before_an_account_was_busy_is_looked_at_again(rig: Rig, method: str) -> None:
    arm = Arm([BUSY, BUSY, Answer(200)])
    client = _client(rig, arm)
    seen: list[int] = []

    def check() -> None:
        seen.append(arm.seen.count(method))
        if len(seen) == 2:
            raise ConfigurationError("it belongs to somebody else by now")

    with pytest.raises(ConfigurationError):
        if method == "PUT":
            client.create_or_update_deployment("ft-prod", BODY, check=check)
        else:
            client.delete_deployment("ft-prod", check=check)
    assert seen == [1, 2]
    assert arm.seen.count(method) == 2


def test_a_precondition_of_a_moment_is_waited_for(rig: Rig) -> None:
    arm = Arm([Answer(412), Answer(412), Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert arm.seen.count("PUT") == 3


def test_an_account_that_stays_busy_is_an_error_after_its_own_budget(rig: Rig) -> None:
    with pytest.raises(Conflict, match="wait for it and run again"):
        _client(rig, Arm([BUSY]), busy=600).create_or_update_deployment("ft-prod", BODY)
    assert sum(rig.time.sleeps) == pytest.approx(600)


def test_another_conflict_is_final(rig: Rig) -> None:
    other = Answer(409, {"error": {"code": "ModelAlreadyDeployed", "message": "m"}})
    arm = Arm([other])
    with pytest.raises(Conflict):
        _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert arm.seen == ["PUT"]


def test_a_refusal_is_final(rig: Rig) -> None:
    arm = Arm([Answer(400, {"error": {"code": "DeploymentModelNotSupported"}})])
    with pytest.raises(InvalidRequest, match="the region can serve them"):
        _client(rig, arm).create_or_update_deployment("ft-prod", BODY)


@pytest.mark.parametrize("fault", [Answer(504), Answer(fault="reset"), Answer(fault="close")])
def test_a_change_whose_answer_is_lost_is_repeated(rig: Rig, fault: Answer) -> None:
    arm = Arm([fault, BUSY, Answer(200)])
    _client(rig, arm).create_or_update_deployment("ft-prod", BODY)
    assert arm.seen.count("PUT") == 3


def test_only_the_change_itself_carries_the_second_token(rig: Rig) -> None:
    arm = Arm([_accepted(rig, 201, "Location")], [Answer(200)])
    client = _client(rig, arm)
    client.create_or_update_deployment("ft-prod", BODY, auxiliary_tenant_id=OTHER_TENANT)
    carried = ["x-ms-authorization-auxiliary" in request.headers for request in rig.server.requests]
    assert carried == [True, False, False]


@pytest.mark.parametrize("status", [404, 204, 200])
def test_a_delete_of_what_is_gone_is_a_success(rig: Rig, status: int) -> None:
    _client(rig, Arm([Answer(status)], last=Answer(404))).delete_deployment("ft-prod")


def test_a_delete_waits_until_it_is_gone(rig: Rig) -> None:
    still = Answer(body=_deployment("Deleting"))
    arm = Arm([_accepted(rig, 202, "Location")], [Answer(202), Answer(200)], [still], Answer(404))
    _client(rig, arm).delete_deployment("ft-prod")
    assert arm.seen == ["DELETE", "poll", "poll", "GET", "GET"]


def test_the_first_polls_after_a_delete_come_sooner(rig: Rig) -> None:
    accepted = Answer(202, headers={"Location": f"{rig.server.url}/operations/1?t=1"})
    arm = Arm([accepted], [Answer(202)] * 4 + [Answer(200)], last=Answer(404))
    _client(rig, arm).delete_deployment("ft-prod")
    assert rig.time.sleeps == [2.5, 5, 10, 10, 10]


def test_changes_of_one_account_never_overlap(rig: Rig) -> None:
    guard, running, most = threading.Lock(), [0], [0]

    def route(request: Request) -> Answer:
        with guard:
            if request.method == "PUT":
                running[0] += 1
                most[0] = max(most[0], running[0])
            else:
                running[0] -= 1
        return Answer(body=_deployment("Succeeded"))

    rig.server.route = route
    client = DeploymentsClient(rig.transport(), rig.account())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: client.create_or_update_deployment(f"d{n}", BODY), range(8)))
    assert most == [1]


def test_all_pages_of_deployments_are_read(rig: Rig) -> None:
    link = f"{rig.server.url}{ACCOUNT_ID}/deployments?$skiptoken=2"
    rig.server.plan = [
        Answer(body={"value": [{"name": "a"}], "nextLink": link}),
        Answer(body={"value": [{"name": "b"}], "nextLink": None}),
    ]
    client = DeploymentsClient(rig.transport(), rig.account())
    assert [deployment.name for deployment in client.list_deployments()] == ["a", "b"]
    assert rig.server.requests[1].query == {"$skiptoken": "2"}


def test_a_deployment_is_read_in_full() -> None:
    deployment = Deployment.parse(
        {
            "id": PATH,
            "name": "ft-prod",
            "sku": {"name": "Standard", "capacity": 3.0},
            "tags": {"owner": "x", "odd": 3},
            "systemData": {"createdAt": "2026-11-01T02:03:04.1234567Z"},
            "properties": {
                "model": {"name": "m", "version": "1", "format": "OpenAI", "sourceAccount": "s"},
                "raiPolicyName": "Microsoft.DefaultV2",
                "provisioningState": "Succeeded",
            },
        }
    )
    assert (deployment.model, deployment.model_version, deployment.capacity) == ("m", "1", 3)
    assert (deployment.tags, deployment.source_account) == ({"owner": "x"}, "s")
    assert deployment.created_at == datetime(2026, 11, 1, 2, 3, 4, 123456, UTC)


@pytest.mark.parametrize("value", [None, 7, "x", [], {"x": []}])
def test_a_deployment_with_strange_fields_is_still_read(value: Any) -> None:
    Deployment.parse(
        {"id": value, "sku": value, "properties": value, "tags": value, "systemData": value}
    )
    Deployment.parse({"properties": {"model": value}, "systemData": {"createdAt": value}})
