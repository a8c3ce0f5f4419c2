"""Deployments in ARM: asynchronous operations, where a model may come from, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import (
    AMERICA,
    MODEL,
    OTHER_SUBSCRIPTION,
    OTHER_TENANT,
    SWEDEN,
    TENANT_A,
    TENANT_B,
    Become,
    Wire,
)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_create_is_an_operation_that_can_be_followed(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    azure.pace("time:30", of="deployments")
    answer = wire.deploy(wire.trained())
    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Creating"
    assert "retry-after" not in answer.headers
    status = answer.headers["azure-asyncoperation"]
    assert "/operationResults/" in status
    running = wire.arm("GET", status, params={}).json()
    assert (running["status"], running["percentComplete"]) == ("Running", 0.0)
    assert "operationResultResponseType=Location" in answer.headers["location"]
    assert wire.arm("GET", answer.headers["location"], params={}).status_code == 202
    assert wire.chat().json()["error"]["code"] == "DeploymentNotFound"
    azure.advance(seconds=100)
    done = wire.arm("GET", status).json()
    assert done["status"] == "Succeeded"
    assert done["startTime"] == "2026-03-01T00:00:00Z"
    assert done["endTime"] == "2026-03-01T00:00:30Z"
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft")).json()
    assert found["properties"]["provisioningState"] == "Succeeded"
    assert wire.chat().status_code == 200


def test_only_one_operation_runs_on_an_account(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="deployments")
    first, second = wire.trained(), wire.trained()
    wire.deploy(first)
    for answer in (
        wire.deploy(second, "other"),
        wire.arm("DELETE", wire.deployment(SWEDEN, "ft")),
        wire.arm("PATCH", wire.deployment(SWEDEN, "ft"), json={"tags": {}}),
    ):
        assert code(answer) == (409, "RequestConflict")
        assert f"parent resource '{azure.account_id(SWEDEN)}'" in answer.text
    assert wire.trained(AMERICA)
    azure.push(SWEDEN)
    assert wire.deploy(second, "other").status_code == 201


def test_a_patch_changes_tags_and_capacity(wire: Wire, azure: RunningEmulator) -> None:
    wire.deploy(wire.trained())
    azure.pace("polls:2", of="deployments")
    body = {"tags": {"team": "a"}, "sku": {"name": "Standard", "capacity": 7}}
    answer = wire.arm("PATCH", wire.deployment(SWEDEN, "ft"), json=body)
    assert answer.status_code == 202
    place = answer.headers["location"]
    assert wire.arm("GET", place).status_code == 202
    done = wire.arm("GET", place)
    assert done.status_code == 200
    assert (done.json()["sku"]["capacity"], done.json()["tags"]) == (7, {"team": "a"})
    refused = wire.arm("PATCH", wire.deployment(SWEDEN, "ft"), json={"properties": {}})
    assert code(refused) == (400, "InvalidRequestContent")


def test_a_delete_is_202_and_then_204(wire: Wire, azure: RunningEmulator) -> None:
    wire.deploy(wire.trained())
    azure.pace("polls:1", of="deployments")
    path = wire.deployment(SWEDEN, "ft")
    answer = wire.arm("DELETE", path)
    assert (answer.status_code, answer.content) == (202, b"")
    assert wire.arm("GET", answer.headers["location"]).status_code == 200
    assert code(wire.arm("GET", path)) == (404, "ResourceNotFound")
    assert wire.arm("DELETE", path).status_code == 204


def test_a_put_on_what_is_there_updates_it(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    model = wire.trained()
    made = wire.deploy(model, capacity=1).json()
    azure.advance(hours=1)
    answer = wire.deploy(model, "FT", capacity=5)
    assert answer.status_code == 200
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft")).json()
    assert (found["name"], found["sku"]["capacity"]) == ("ft", 5)
    assert found["systemData"]["createdAt"] == made["systemData"]["createdAt"]
    assert found["systemData"]["lastModifiedAt"].startswith("2026-03-01T01:00:00")


def test_a_model_has_one_deployment_in_an_account(wire: Wire, azure: RunningEmulator) -> None:
    model = wire.trained()
    wire.deploy(model)
    answer = wire.deploy(model, "again")
    assert code(answer) == (400, "DeploymentModelNotSupported")
    assert "already deployed as 'ft'" in answer.text
    azure.settings(second_deployment_status=409, second_deployment_code="Conflict")
    assert code(wire.deploy(model, "again")) == (409, "Conflict")
    source = azure.account_id(SWEDEN)
    assert wire.deploy(model, account=AMERICA, source=source).status_code == 201


def test_a_model_is_served_in_another_region_and_subscription(
    wire: Wire, azure: RunningEmulator
) -> None:
    model, source = wire.trained(), azure.account_id(SWEDEN)
    assert code(wire.deploy(model, account=AMERICA)) == (400, "DeploymentModelNotSupported")
    assert wire.deploy(model, account=OTHER_SUBSCRIPTION, source=source).status_code == 201
    answer = wire.chat(account=OTHER_SUBSCRIPTION).json()
    assert answer["choices"][0]["message"]["content"] == "It returns 7."
    assert answer["system_fingerprint"] is None


@pytest.mark.parametrize("shown", [True, False])
def test_whether_the_source_is_shown_is_a_setting(
    wire: Wire, azure: RunningEmulator, shown: bool
) -> None:
    azure.settings(echo_source=shown)
    source = azure.account_id(SWEDEN)
    wire.deploy(wire.trained(), account=AMERICA, source=source)
    found = wire.arm("GET", wire.deployment(AMERICA, "ft")).json()
    assert ("source" in found["properties"]["model"]) is shown


def auxiliary(wire: Wire, tenant: str = TENANT_A) -> dict[str, str]:
    return {"x-ms-authorization-auxiliary": f"Bearer {wire.token(tenant)}"}


def test_a_model_is_served_in_another_tenant(wire: Wire, azure: RunningEmulator) -> None:
    model, source = wire.trained(), azure.account_id(SWEDEN)
    answer = wire.deploy(model, account=OTHER_TENANT, sourceAccount=source, headers=auxiliary(wire))
    assert answer.status_code == 201
    assert wire.chat(account=OTHER_TENANT).status_code == 200


@pytest.mark.parametrize(
    ("principal", "headed", "what"),
    [
        ("pipeline", False, "'x-ms-authorization-auxiliary' holds no token of tenant"),
        ("no-source-role", True, "does not have permission to perform action(s)"),
    ],
)
def test_another_tenants_model_needs_its_token_and_a_role_there(
    become: Become, azure: RunningEmulator, principal: str, headed: bool, what: str
) -> None:
    model, source = become("pipeline").trained(), azure.account_id(SWEDEN)
    wire = become(principal)
    headers = auxiliary(wire) if headed else {}
    answer = wire.deploy(model, account=OTHER_TENANT, sourceAccount=source, headers=headers)
    assert code(answer) == (403, "LinkedAuthorizationFailed")
    assert what in answer.text
    assert source in answer.text or TENANT_A in answer.text


def test_another_tenants_model_is_not_named_by_source(wire: Wire, azure: RunningEmulator) -> None:
    model, source = wire.trained(), azure.account_id(SWEDEN)
    answer = wire.deploy(model, account=OTHER_TENANT, source=source, headers=auxiliary(wire))
    assert code(answer) == (403, "LinkedAuthorizationFailed")
    assert "model.sourceAccount" in answer.text


def test_an_auxiliary_token_of_the_wrong_kind_is_refused(
    wire: Wire, azure: RunningEmulator
) -> None:
    model, source = wire.trained(), azure.account_id(SWEDEN)
    for value in ("Bearer nonsense", "Basic x", ", ".join(["Bearer " + wire.token()] * 4)):
        headers = {"x-ms-authorization-auxiliary": value}
        answer = wire.deploy(model, account=OTHER_TENANT, sourceAccount=source, headers=headers)
        assert code(answer) == (401, "InvalidAuthenticationToken")


def test_a_source_needs_a_role_there(become: Become, azure: RunningEmulator) -> None:
    model = become("pipeline").trained()
    wire, source = become("no-source-role"), azure.account_id(SWEDEN)
    answer = wire.deploy(model, account=AMERICA, source=source)
    assert code(answer) == (403, "LinkedAuthorizationFailed")


def test_the_oldest_version_knows_no_source_account(wire: Wire, azure: RunningEmulator) -> None:
    model, source = wire.trained(), azure.account_id(SWEDEN)
    answer = wire.deploy(
        model,
        account=OTHER_TENANT,
        sourceAccount=source,
        headers=auxiliary(wire),
        version="2023-05-01",
    )
    assert code(answer) == (400, "InvalidRequestContent")


def body(**changes: Any) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14"}
    properties = {"model": model | changes.pop("model", {}), **changes.pop("properties", {})}
    return {"sku": {"name": "Standard", "capacity": 1}, "properties": properties, **changes}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model": {"name": "gpt-9"}}, "DeploymentModelNotSupported"),
        ({"model": {"version": "1999-01-01"}}, "DeploymentModelNotSupported"),
        ({"model": {"format": "Meta"}}, "DeploymentModelNotSupported"),
        ({"model": {"name": f"{MODEL}.ft-0"}}, "DeploymentModelNotSupported"),
        ({"model": {"name": 3}}, "InvalidResourceProperties"),
        ({"model": {"colour": "red"}}, "InvalidRequestContent"),
        ({"model": {"source": "/subscriptions/none"}}, "InvalidResourceProperties"),
        ({"sku": {"name": "Enormous"}}, "InvalidResourceProperties"),
        ({"sku": {"name": "Standard", "capacity": 0}}, "InvalidResourceProperties"),
        ({"sku": {"name": "Standard", "capacity": 501}}, "InsufficientQuota"),
        ({"sku": "Standard"}, "InvalidResourceProperties"),
        ({"properties": {"versionUpgradeOption": "Always"}}, "InvalidResourceProperties"),
        ({"properties": {"colour": "red"}}, "InvalidRequestContent"),
        ({"properties": {"deploymentState": "Paused"}}, "InvalidRequestContent"),
        ({"colour": "red"}, "InvalidRequestContent"),
        ({"tags": {"a": 1}}, "InvalidRequestContent"),
        ({"tags": {str(n): "" for n in range(51)}}, "TagsLimitExceeded"),
        ({"tags": {"a/b": ""}}, "InvalidTagName"),
        ({"tags": {"a": "x" * 257}}, "InvalidTagValueLength"),
    ],
)
def test_a_request_that_arm_would_refuse_is_refused(
    wire: Wire, changes: dict[str, Any], expected: str
) -> None:
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=body(**changes))
    assert code(answer) == (400, expected), answer.text
    assert wire.arm("GET", wire.deployment(SWEDEN, "x")).status_code == 404


def test_a_capacity_may_be_text_as_az_sends_it(wire: Wire) -> None:
    wanted = body(sku={"name": "Standard", "capacity": "3"})
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=wanted)
    assert answer.json()["sku"]["capacity"] == 3


def test_what_is_not_said_gets_the_servers_defaults(wire: Wire) -> None:
    wanted = body()
    del wanted["properties"]["model"]["version"]
    found = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=wanted).json()
    assert found["properties"]["model"]["version"] == "2025-04-14"
    assert "raiPolicyName" not in found["properties"]
    assert found["properties"]["versionUpgradeOption"] == "OnceNewDefaultVersionAvailable"
    tuned = wire.deploy(wire.trained(), sku="standard").json()
    assert tuned["properties"]["versionUpgradeOption"] == "NoAutoUpgrade"
    assert tuned["sku"] == {"name": "standard", "capacity": 1}


def test_a_model_is_served_where_its_base_model_is_trained(
    wire: Wire, azure: RunningEmulator
) -> None:
    model = wire.trained(AMERICA, model="o4-mini", **reinforcement(wire))
    source = azure.account_id(AMERICA)
    assert wire.deploy(model, account=AMERICA).status_code == 201
    assert wire.deploy(model, account=SWEDEN, source=source).status_code == 201
    headers = auxiliary(wire)
    answer = wire.deploy(model, account=OTHER_TENANT, sourceAccount=source, headers=headers)
    assert code(answer) == (400, "DeploymentModelNotSupported")
    assert "does not support fine-tuning" in answer.text


def reinforcement(wire: Wire) -> dict[str, Any]:
    """What a reinforcement job needs beside its model."""
    line = b'{"messages": [{"role": "user", "content": "2+2?"}]}\n'
    files = [wire.upload(line * 12, AMERICA) for _ in range(2)]
    method = {"type": "reinforcement", "reinforcement": {"grader": {"type": "string_check"}}}
    return {
        "training_file": files[0],
        "validation_file": files[1],
        "method": method,
        "version": "2025-04-01-preview",
    }


def test_quota_counts_over_the_accounts_of_a_region(wire: Wire) -> None:
    first, second = wire.trained(), wire.trained()
    assert wire.deploy(first, capacity=300).status_code == 201
    answer = wire.deploy(second, "more", capacity=201)
    assert code(answer) == (400, "InsufficientQuota")
    assert "require 201 new capacity" in answer.text
    assert "current available capacity 200" in answer.text
    assert wire.deploy(second, "more", capacity=200).status_code == 201


def test_an_account_has_a_limit_of_tuned_models(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(fine_tuned_deployments=1, deployments_per_account=2)
    wire.deploy(wire.trained())
    assert code(wire.deploy(wire.trained(), "b")) == (400, "DeploymentLimitReached")
    assert wire.arm("PUT", wire.deployment(SWEDEN, "base"), json=body()).status_code == 201
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "base2"), json=body())
    assert code(answer) == (400, "DeploymentLimitReached")


def test_a_paused_deployment_is_locked(wire: Wire) -> None:
    wire.deploy(wire.trained())
    path, version = wire.deployment(SWEDEN, "ft"), "2026-03-01"
    for _ in range(2):
        answer = wire.arm("POST", f"{path}/pause", version)
        assert answer.json()["properties"]["deploymentState"] == "Paused"
    assert wire.chat().status_code == 423
    assert wire.arm("POST", f"{path}/resume", version).status_code == 200
    assert wire.chat().status_code == 200
    assert wire.arm("POST", f"{path}/pause", "2025-09-01").status_code == 400


def test_the_developer_tier_cannot_be_paused(wire: Wire) -> None:
    wire.deploy(wire.trained(), sku="Developer")
    answer = wire.arm("POST", f"{wire.deployment(SWEDEN, 'ft')}/pause", "2026-03-01")
    assert code(answer) == (400, "InvalidResourceProperties")


def test_the_data_plane_may_lag_behind(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(ready_lag_seconds=60)
    wire.deploy(wire.trained())
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft")).json()
    assert found["properties"]["provisioningState"] == "Succeeded"
    assert wire.chat().json()["error"]["code"] == "DeploymentNotFound"
    azure.advance(seconds=61)
    assert wire.chat().status_code == 200


def test_an_operation_of_another_subscription_is_not_found(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("manual", of="deployments")
    place = wire.deploy(wire.trained()).headers["azure-asyncoperation"]
    foreign = place.replace(
        "a1a1a1a1-0000-4000-8000-000000000001", "b1b1b1b1-0000-4000-8000-000000000001"
    )
    answer = wire.arm("GET", foreign, tenant=TENANT_B)
    assert code(answer) == (404, "OperationNotFound")
