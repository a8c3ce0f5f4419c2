"""From a file to a deployment in two tenants, with azure-identity's own tokens over HTTPS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.fine_tuning_job import submit_once
from aoai.azure.lifecycle.training_file import upload_file
from aoai.errors import (
    ApiError,
    AuthenticationError,
    Conflict,
    NotFound,
    OperationFailed,
    Unauthorized,
)
from tests.file_content import content_of
from tests.unit.azure.helpers import FakeTime

Connect = Callable[[Account], AccountClients]
MODEL = "gpt-4.1-mini-2025-04-14"
NAME = "train-1a2b3c4d-5e6f70.jsonl"
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    "504": {"kind": "status", "status": 504},
    "408": {"kind": "status", "status": 408},
    "409": {"kind": "status", "status": 409},
    "429": {"kind": "status", "status": 429},
    "drop": {"kind": "drop"},
    "reset": {"kind": "reset"},
    "truncate": {"kind": "truncate"},
    "garbage": {"kind": "garbage"},
}


def upload(connections: AccountClients, path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return upload_file(connections.files, path, NAME, sha256=digest).id


def submit(connections: AccountClients, file_id: str, seed: int = 7) -> Job:
    body = {
        "model": MODEL,
        "training_file": file_id,
        "suffix": "demo-1a2b",
        "seed": seed,
        "trainingType": "Standard",
    }
    return submit_once(
        connections.jobs,
        body,
        is_ours=lambda job: (
            (job.training_file, job.suffix, job.seed) == (file_id, "demo-1a2b", seed)
        ),
        before_billed=lambda: None,
    )


def train(connections: AccountClients, path: Path) -> str:
    job = submit(connections, upload(connections, path))
    model = connections.jobs.get_job(job.id).fine_tuned_model
    assert model
    return model


def body_of(model: str, **extra: str) -> dict[str, Any]:
    named = {"format": "OpenAI", "name": model, "version": "1", **extra}
    return {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": named}}


@pytest.fixture(autouse=True)
def _only_known_requests(azure: RunningEmulator) -> Iterator[None]:
    yield
    hosts = {request["host"] for request in azure.requests()}
    assert hosts <= {azure.url.removeprefix("https://")}


def test_a_file_becomes_a_model_and_a_deployment(
    connect: Connect, sweden: Account, training_file: Path
) -> None:
    connections = connect(sweden)
    file_id = upload(connections, training_file)
    job = connections.jobs.get_job(submit(connections, file_id).id)
    assert job.has_succeeded
    assert job.fine_tuned_model
    assert connections.files.get_file(file_id).is_processed
    assert connections.models.get_model(job.fine_tuned_model).job_id == job.id
    assert content_of(connections, job.result_files[0]).startswith(b"step,train_loss")
    assert connections.jobs.list_checkpoints(job.id)
    assert len(connections.jobs.list_events(job.id, limit=3)) == 3
    made = connections.deployments.create_or_update_deployment("ft", body_of(job.fine_tuned_model))
    assert connections.deployments.list_deployments() == [made]
    connections.deployments.delete_deployment("ft")
    connections.deployments.delete_deployment("ft")
    with pytest.raises(NotFound):
        connections.deployments.get_deployment("ft")
    connections.files.delete_file(file_id)
    connections.files.delete_file(file_id)
    assert connections.files.list_files() == []


def test_the_second_tenants_token_goes_to_the_resource_manager_alone(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    fabrikam: Account,
    training_file: Path,
) -> None:
    model = train(connect(sweden), training_file)
    deployment = connect(fabrikam).deployments.create_or_update_deployment(
        "ft", body_of(model, sourceAccount=sweden.id), auxiliary_tenant_id=sweden.tenant_id
    )
    assert deployment.provisioning_state == "Succeeded"
    carried = {
        (request["method"], tuple(sorted((c["header"], c["tenant_id"]) for c in auxiliary)))
        for request in azure.requests()
        if len(auxiliary := request["credentials"]) > 1
    }
    expected = (
        ("authorization", fabrikam.tenant_id),
        ("x-ms-authorization-auxiliary", sweden.tenant_id),
    )
    assert carried == {("PUT", expected)}


def test_every_token_is_of_the_accounts_tenant_and_for_its_surface(
    azure: RunningEmulator, connect: Connect, sweden: Account, fabrikam: Account
) -> None:
    for account in (sweden, fabrikam):
        connect(account).files.list_files()
        connect(account).deployments.list_deployments()
    seen = [
        (credential["tenant_id"], credential["audience"])
        for request in azure.requests(method="GET", path="/files$|/deployments$")
        for credential in request["credentials"]
    ]
    data, arm = "https://cognitiveservices.azure.com", "https://management.azure.com"
    assert seen == [
        (sweden.tenant_id, data),
        (sweden.tenant_id, arm),
        (fabrikam.tenant_id, data),
        (fabrikam.tenant_id, arm),
    ]


def test_without_the_auxiliary_token_the_error_says_what_is_missing(
    connect: Connect, sweden: Account, fabrikam: Account, training_file: Path
) -> None:
    model = train(connect(sweden), training_file)
    with pytest.raises(ApiError, match="on the source account as well"):
        connect(fabrikam).deployments.create_or_update_deployment(
            "ft", body_of(model, sourceAccount=sweden.id)
        )


def test_without_a_role_at_the_source_the_error_says_what_is_missing(
    connect: Connect,
    connect_as: Callable[[str], Connect],
    sweden: Account,
    fabrikam: Account,
    training_file: Path,
) -> None:
    model = train(connect(sweden), training_file)
    outsider = connect_as("no-source-role")(fabrikam)
    with pytest.raises(ApiError, match="OpenAI Contributor on the source account") as caught:
        outsider.deployments.create_or_update_deployment(
            "ft", body_of(model, sourceAccount=sweden.id), auxiliary_tenant_id=sweden.tenant_id
        )
    assert "fabrikam-switzerlandwest" in str(caught.value)


def test_a_reader_may_read_but_not_submit(
    connect: Connect, connect_as: Callable[[str], Connect], sweden: Account, training_file: Path
) -> None:
    file_id = upload(connect(sweden), training_file)
    reader = connect_as("reader")(sweden)
    assert [file.id for file in reader.files.list_files()] == [file_id]
    with pytest.raises(Unauthorized, match="OpenAI Contributor on the account"):
        submit(reader, file_id)


def test_a_wrong_secret_is_one_line_without_the_secret(
    azure: RunningEmulator,
    sweden: Account,
    monkeypatch: pytest.MonkeyPatch,
    connect: Connect,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "canary-secret")
    with pytest.raises(
        AuthenticationError, match=r"AADSTS7000215.*client secret is wrong"
    ) as caught:
        connect(sweden).files.list_files()
    assert "\n" not in str(caught.value)
    printed = capfd.readouterr()
    assert "canary-secret" not in str(caught.value) + printed.out + printed.err


def test_a_revoked_token_is_renewed_within_the_request(
    azure: RunningEmulator, connect: Connect, sweden: Account
) -> None:
    connect(sweden).files.list_files()
    azure.revoke_tokens()
    connect(sweden).files.list_files()
    statuses = [request["status"] for request in azure.requests(path="/files$")]
    assert statuses == [200, 401, 200]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_job_whatever_happens_to_the_answer(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    fault: str,
    when: str,
) -> None:
    connections = connect(sweden)
    file_id = upload(connections, training_file)
    azure.fail(method="POST", path="/fine_tuning/jobs$", when=when, times=2, **FAULTS[fault])
    job = submit(connections, file_id)
    assert [made.id for made in connections.jobs.list_jobs()] == [job.id]
    if when == "after":
        assert len(azure.requests(method="POST", path="/fine_tuning/jobs$")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_file_whatever_happens_to_the_answer(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    fault: str,
    when: str,
) -> None:
    connections = connect(sweden)
    azure.fail(method="POST", path="/files$", when=when, times=1, **FAULTS[fault])
    file_id = upload(connections, training_file)
    assert [file.id for file in connections.files.list_files()] == [file_id]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_one_deployment_whatever_happens_to_the_answer(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    fault: str,
    method: str,
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    rule = dict(FAULTS[fault])
    if rule.get("status") == 409:
        rule["body"] = '{"error": {"code": "RequestConflict", "message": "busy"}}'
    azure.fail(method=method, path="/deployments/ft$", when="after", times=2, **rule)
    connections.deployments.create_or_update_deployment("ft", body_of(model))
    assert [made.name for made in connections.deployments.list_deployments()] == ["ft"]
    connections.deployments.delete_deployment("ft")
    assert connections.deployments.list_deployments() == []


@pytest.mark.parametrize("pace", ["polls:1", "polls:3"])
def test_a_deployment_that_takes_its_time_is_waited_for(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    time: FakeTime,
    pace: str,
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    azure.pace(pace, of="deployments")
    made = connections.deployments.create_or_update_deployment("ft", body_of(model))
    assert made.provisioning_state == "Succeeded"
    assert time.sleeps
    connections.deployments.delete_deployment("ft")
    assert connections.deployments.list_deployments() == []


def test_a_busy_account_is_waited_for_twenty_times(
    azure: RunningEmulator, connect: Connect, sweden: Account, training_file: Path
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    busy = '{"error": {"code": "RequestConflict", "message": "Another operation"}}'
    azure.fail(method="PUT", path="/deployments/", times=20, status=409, body=busy)
    connections.deployments.create_or_update_deployment("ft", body_of(model))
    assert len(azure.requests(method="PUT", path="/deployments/ft$")) == 21


def test_a_second_deployment_of_a_model_is_the_services_refusal(
    connect: Connect, sweden: Account, training_file: Path
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    connections.deployments.create_or_update_deployment("ft", body_of(model))
    with pytest.raises((ApiError, OperationFailed)):
        connections.deployments.create_or_update_deployment("ft2", body_of(model))


def test_activity_follows_the_services_clock_not_this_ones(
    azure: RunningEmulator, connect: Connect, sweden: Account, training_file: Path
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    connections.deployments.create_or_update_deployment("ft", body_of(model))
    before = connections.metrics.activity()
    assert before.of("ft").calls == 0
    _chat(connections, "ft")
    azure.advance(days=2)
    after = connections.metrics.activity()
    assert after.of("ft").calls == 1
    last = after.of("ft").last_inference_at
    assert last
    assert timedelta(days=1, hours=22) < after.observed_at - last < timedelta(days=2, hours=2)
    emulated = datetime.fromisoformat(azure.now())
    assert abs(after.observed_at - emulated) < timedelta(minutes=1)


def _chat(connections: AccountClients, deployment: str) -> None:
    path = f"/deployments/{deployment}/chat/completions"
    question = {"messages": [{"role": "user", "content": "Question 1 about lists?"}]}
    connections.files.transport.request(
        "POST", path, params={"api-version": "2024-10-21"}, body=question
    )


def test_a_refresh_of_many_costs_one_list_per_account_and_kind(
    azure: RunningEmulator, connect: Connect, sweden: Account, america: Account
) -> None:
    for account in (sweden, america):
        for _ in range(25):
            inventory = connect(account).inventory
            inventory.files(), inventory.jobs(), inventory.deployments(), inventory.activity()
    paths = [request["path"] for request in azure.requests(method="GET", path="openai|subscr")]
    assert len(paths) == len(set(paths)) == 8


def test_conflicting_names_are_not_retried_for_ever(
    azure: RunningEmulator,
    connect: Connect,
    sweden: Account,
    training_file: Path,
    time: FakeTime,
) -> None:
    connections = connect(sweden)
    model = train(connections, training_file)
    other = '{"error": {"code": "SomeOtherConflict", "message": "for good"}}'
    azure.fail(method="PUT", path="/deployments/", times=5, status=409, body=other)
    with pytest.raises(Conflict, match="for good"):
        connections.deployments.create_or_update_deployment("ft", body_of(model))
    assert time.sleeps == []
