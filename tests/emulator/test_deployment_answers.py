"""What deployments answer: at once or by an operation, states, names, and what was recorded."""

from __future__ import annotations

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.test_deployments import body, code
from tests.emulator.wire import SWEDEN, Wire


def test_what_takes_no_time_is_done_in_the_answer(wire: Wire, azure: RunningEmulator) -> None:
    answer = wire.deploy(wire.trained())
    assert answer.json()["properties"]["provisioningState"] == "Succeeded"
    assert {"azure-asyncoperation", "location"} & set(answer.headers) == set()
    assert wire.arm("DELETE", wire.deployment(SWEDEN, "ft")).status_code == 200
    azure.pace("manual", of="deployments")
    base = wire.arm("PUT", wire.deployment(SWEDEN, "base"), json=body())
    assert base.json()["properties"]["provisioningState"] == "Succeeded"
    azure.settings(base_models_at_once=False)
    other = wire.arm("PUT", wire.deployment(SWEDEN, "other"), json=body())
    assert other.json()["properties"]["provisioningState"] == "Creating"


def test_an_etag_changes_with_a_write_and_not_with_the_state(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("manual", of="deployments")
    model = wire.trained()
    made = wire.deploy(model)
    azure.push(SWEDEN)
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft"))
    assert found.headers["etag"] == made.headers["etag"] == found.json()["etag"]
    changed = wire.deploy(model, capacity=2)
    assert changed.headers["etag"] != made.headers["etag"]


def test_a_failed_deployment_holds_its_name(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="deployments")
    model = wire.trained()
    status = wire.deploy(model).headers["azure-asyncoperation"]
    azure.push(SWEDEN, fail="No machine was found.", code="ServiceUnavailable")
    done = wire.arm("GET", status, params={}).json()
    assert (done["status"], done["error"]["code"]) == ("Failed", "ServiceUnavailable")
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft")).json()
    assert found["properties"]["provisioningState"] == "Failed"
    assert wire.chat().json()["error"]["code"] == "DeploymentNotFound"
    assert code(wire.deploy(model)) == (409, "Conflict")
    azure.pace("immediate", of="deployments")
    azure.settings(failed_deployment_blocks=False)
    assert wire.deploy(model).json()["properties"]["provisioningState"] == "Succeeded"
    azure.settings(deployments_fail=True)
    assert (
        wire.deploy(wire.trained(), "next").json()["properties"]["provisioningState"] == "Creating"
    )
    azure.push(SWEDEN)
    found = wire.arm("GET", wire.deployment(SWEDEN, "next")).json()
    assert found["properties"]["provisioningState"] == "Failed"


def test_a_deployment_without_a_sku_is_standard_with_a_capacity_of_one(wire: Wire) -> None:
    for sku in ({}, {"sku": None}):
        wanted = {"properties": body()["properties"], **sku}
        found = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=wanted).json()
        assert found["sku"] == {"name": "Standard", "capacity": 1}


def test_older_answers_of_deployments_are_settings(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(rai_policy_default="Microsoft.DefaultV2", sku_name_echoed=False)
    found = wire.deploy(wire.trained(), sku="standard").json()
    assert found["properties"]["raiPolicyName"] == "Microsoft.DefaultV2"
    assert found["sku"]["name"] == "Standard"
    azure.settings(operation_retry_after=2)
    azure.pace("manual", of="deployments")
    assert wire.deploy(wire.trained(), "two").headers["retry-after"] == "2"


@pytest.mark.parametrize("name", ["-x", "a b", "x" * 65, "a:b"])
def test_a_name_of_other_characters_is_refused(wire: Wire, name: str) -> None:
    answer = wire.arm("PUT", wire.deployment(SWEDEN, name), json=body())
    assert code(answer) == (400, "InvalidResourceName")


def test_a_model_of_the_past_is_not_deployed_anew(wire: Wire, azure: RunningEmulator) -> None:
    wanted = body(model={"name": "text-davinci-003", "version": "1"})
    azure.freeze("2023-07-24T00:00:00Z")
    assert wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=wanted).status_code == 201
    azure.freeze("2024-01-05T00:00:00Z")
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "y"), json=wanted)
    assert code(answer) == (400, "ServiceModelDeprecated")
    assert "has been deprecated since 01/04/2024 00:00:00." in answer.text


def test_a_tuned_model_has_the_format_of_its_base(wire: Wire, azure: RunningEmulator) -> None:
    model = wire.trained(model="Ministral-3B", trainingType="GlobalStandard")
    answer = wire.deploy(model, sku="GlobalStandard")
    assert code(answer) == (400, "DeploymentModelNotSupported")
    wanted = body(model={"format": "Mistral AI", "name": model, "version": "1"})
    wanted["sku"]["name"] = "GlobalStandard"
    found = wire.arm("PUT", wire.deployment(SWEDEN, "ft"), json=wanted).json()
    assert found["properties"]["model"]["format"] == "Mistral AI"
    assert found["properties"]["capabilities"] == {"chatCompletion": "true"}


@pytest.mark.parametrize(
    ("casing", "start"), [("groups", "/resourcegroups/"), ("lower", "/rg-ai/")]
)
def test_the_letter_case_of_ids_is_a_setting(
    wire: Wire, azure: RunningEmulator, casing: str, start: str
) -> None:
    azure.settings(id_casing=casing)
    found = wire.deploy(wire.trained()).json()["id"]
    assert start in found
    assert (found == found.lower()) is (casing == "lower")


def test_an_operation_may_leave_out_how_far_it_is(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="deployments")
    azure.settings(operation_percent_complete=False)
    status = wire.deploy(wire.trained()).headers["azure-asyncoperation"]
    assert wire.arm("GET", status, params={}).json().keys() == {"id", "name", "status", "startTime"}
