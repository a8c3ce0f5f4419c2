"""Accounts that calls make, change, delete, restore and purge."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import Emulator, RunningEmulator, World

from tests.emulator.test_deployments import body, code
from tests.emulator.wire import AMERICA, SWEDEN, Wire

PROVIDER = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/providers/Microsoft.CognitiveServices"
)
GROUP = "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
DELETED = f"{PROVIDER}/locations/eastus2/resourceGroups/rg-ai/deletedAccounts/fresh"


def account(name: str = "fresh") -> str:
    return f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/{name}"


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "location": "EastUS2",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "properties": {"customSubDomainName": "fresh"},
        **changes,
    }


def test_a_new_account_can_be_used(wire: Wire) -> None:
    made = wire.arm("PUT", account(), json=wanted(tags={"team": "a"}))
    assert made.status_code == 201
    assert made.json()["location"] == "EastUS2"
    assert made.json()["properties"]["provisioningState"] == "Succeeded"
    assert wire.data("GET", "/files", "fresh").status_code == 200
    model = wire.trained("fresh")
    path = f"{account()}/deployments/ft"
    put = {
        "sku": {"name": "Standard", "capacity": 1},
        "properties": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
    }
    assert wire.arm("PUT", path, json=put).status_code == 201
    refused = wire.arm("DELETE", account())
    assert code(refused) == (409, "CannotDeleteResource")
    assert wire.arm("DELETE", path).status_code == 200
    assert wire.arm("DELETE", account()).status_code == 200
    assert wire.data("GET", "/files", "fresh").status_code == 404
    assert wire.arm("DELETE", account()).status_code == 204


def test_an_account_in_the_making_takes_no_deployments(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="accounts")
    made = wire.arm("PUT", account(), json=wanted())
    place = made.headers["azure-asyncoperation"]
    assert "api-version=2017-04-18" in place
    assert "location" not in made.headers
    running = wire.arm("GET", place, params={}).json()
    assert (running["status"], "percentComplete" in running) == ("Creating", False)
    answer = wire.arm("PUT", f"{account()}/deployments/x", json=body())
    assert code(answer) == (409, "AccountProvisioningStateInvalid")
    azure.push("fresh")
    found = wire.arm("GET", account())
    assert found.json()["properties"]["provisioningState"] == "Succeeded"
    assert found.headers["etag"] != made.headers["etag"]
    assert wire.arm("PUT", f"{account()}/deployments/x", json=body()).status_code == 201


def test_a_deleted_account_holds_its_name_until_it_is_restored_or_purged(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    wire.arm("PUT", account(), json=wanted())
    wire.arm("DELETE", account())
    assert code(wire.arm("PUT", account(), json=wanted())) == (409, "FlagMustBeSetForRestore")
    gone = wire.arm("GET", DELETED).json()["properties"]
    assert gone["scheduledPurgeDate"] == "2026-03-03T00:00:00Z"
    restored = wanted(properties={"restore": True})
    found = wire.arm("PUT", account(), json=restored)
    assert found.json()["properties"]["customSubDomainName"] == "fresh"
    wire.arm("DELETE", account())
    assert wire.arm("DELETE", DELETED).status_code == 200
    assert code(wire.arm("GET", DELETED)) == (404, "DeletedAccountNotFound")
    assert wire.arm("PUT", account(), json=wanted()).status_code == 201
    wire.arm("DELETE", account())
    azure.advance(days=2)
    assert wire.arm("PUT", account(), json=wanted()).status_code == 201


@pytest.mark.parametrize("restore", [True, False], ids=["restored", "purged"])
def test_what_an_account_had_is_gone_with_it_unless_it_is_restored(
    wire: Wire, azure: RunningEmulator, *, restore: bool
) -> None:
    path = azure.account_id(AMERICA)
    made = wire.arm("GET", path).json()
    model = wire.trained(account=AMERICA)
    wire.arm("DELETE", path)
    if not restore:
        (gone,) = wire.arm("GET", f"{PROVIDER}/deletedAccounts").json()["value"]
        assert wire.arm("DELETE", gone["id"]).status_code == 200
    again = {key: made[key] for key in ("location", "kind", "sku")}
    body = {**again, "properties": {"restore": restore, "customSubDomainName": AMERICA}}
    assert wire.arm("PUT", path, json=body).status_code == 201
    left = [
        len(wire.data("GET", where, AMERICA).json()["data"])
        for where in ("/files", "/fine_tuning/jobs")
    ]
    models = [each["id"] for each in wire.data("GET", "/models", AMERICA).json()["data"]]
    assert (left, model in models) == (([2, 1], True) if restore else ([0, 0], False))


def test_an_account_of_the_world_can_be_changed_and_deleted(
    wire: Wire, azure: RunningEmulator
) -> None:
    path = azure.account_id(AMERICA)
    first = wire.arm("GET", path)
    changed = wire.arm("PATCH", path, json={"tags": {"team": "a"}})
    assert changed.json()["tags"] == {"team": "a"}
    assert changed.headers["etag"] != first.headers["etag"]
    closed = wire.arm("PATCH", path, json={"properties": {"disableLocalAuth": True}}).json()
    assert closed["properties"]["disableLocalAuth"] is True
    assert wire.arm("POST", f"{path}/listKeys").status_code == 400
    assert wire.arm("DELETE", path).status_code == 200
    assert code(wire.arm("GET", path)) == (404, "ResourceNotFound")
    azure.reset()
    assert wire.arm("GET", path).json()["tags"] == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"location": None}, (400, "LocationRequired")),
        ({"kind": "Speech"}, (400, "InvalidResourceProperties")),
        ({"sku": None}, (400, "InvalidResourceProperties")),
    ],
)
def test_an_account_that_arm_would_refuse_is_refused(
    wire: Wire, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert code(wire.arm("PUT", account(), json=wanted(**changes))) == expected


def test_names_of_accounts_and_groups_are_looked_at(wire: Wire) -> None:
    assert code(wire.arm("PUT", account("-x"), json=wanted())) == (400, "InvalidResourceName")
    taken = account("contoso-northcentralus")
    assert code(wire.arm("PUT", taken, json=wanted())) == (409, "CustomDomainInUse")
    other = account().replace("rg-ai", "rg-none")
    assert code(wire.arm("PUT", other, json=wanted())) == (404, "ResourceGroupNotFound")


def test_a_renewed_key_replaces_the_old_one(wire: Wire, azure: RunningEmulator) -> None:
    path = azure.account_id(SWEDEN)
    old = wire.arm("POST", f"{path}/listKeys").json()
    assert {len(old["key1"]), old["key1"].isalnum()} == {84, True}
    new = wire.arm("POST", f"{path}/regenerateKey", json={"keyName": "Key2"}).json()
    assert new["key1"] == old["key1"]
    url = f"/{SWEDEN}/openai/files?api-version=2024-10-21"
    assert wire.raw("GET", url, headers={"api-key": old["key2"]}).status_code == 401
    assert wire.raw("GET", url, headers={"api-key": new["key2"]}).status_code == 200
    assert wire.arm("POST", f"{path}/regenerateKey", json={"keyName": "3"}).status_code == 400


def test_an_account_shows_its_limits(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(jobs_kept=7)
    found = wire.arm("GET", azure.account_id(SWEDEN)).json()["properties"]
    limits = {each["name"]: each.get("value") for each in found["capabilities"]}
    assert (limits["MaxFineTuneCount"], limits["MaxUserFileCount"]) == ("7", "100")
    azure.settings(account_limits="2023")
    found = wire.arm("GET", azure.account_id(SWEDEN)).json()["properties"]
    assert "RaiMonitor" not in [each["name"] for each in found["capabilities"]]


def test_an_account_of_the_world_may_be_in_another_state() -> None:
    data = World.default().data()
    data["accounts"][0]["state"] = "Failed"
    with Emulator(World.parse(data)) as azure:
        wire = Wire(azure)
        found = wire.arm("GET", azure.account_id(SWEDEN)).json()
        assert found["properties"]["provisioningState"] == "Failed"
        answer = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=body())
        assert code(answer) == (409, "AccountProvisioningStateInvalid")
        wire.close()


def test_a_policy_that_a_deployment_names_stays(wire: Wire, azure: RunningEmulator) -> None:
    path = f"{azure.account_id(SWEDEN)}/raiPolicies/strict"
    azure.settings(rai_policies_checked=True)
    named = body(properties={"raiPolicyName": "strict"})
    refused = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=named)
    assert code(refused) == (400, "InvalidResourceProperties")
    wanted = {"properties": {"basePolicyName": "Microsoft.DefaultV2"}}
    assert wire.arm("PUT", path, json=wanted).status_code == 201
    assert wire.arm("PUT", path, json=wanted).status_code == 200
    found = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=named).json()
    assert found["properties"]["raiPolicyName"] == "strict"
    assert code(wire.arm("DELETE", path)) == (409, "Conflict")
    wire.arm("DELETE", wire.deployment(SWEDEN, "x"))
    assert [wire.arm("DELETE", path).status_code for _ in range(2)] == [204, 204]
    assert code(wire.arm("GET", path)) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Microsoft.Default", {"basePolicyName": "Microsoft.Default"}),
        ("x", {}),
        ("x", {"basePolicyName": "y"}),
    ],
)
def test_a_policy_that_arm_would_refuse_is_refused(
    wire: Wire, azure: RunningEmulator, name: str, properties: dict[str, str]
) -> None:
    path = f"{azure.account_id(SWEDEN)}/raiPolicies/{name}"
    answer = wire.arm("PUT", path, json={"properties": properties})
    assert code(answer) == (400, "InvalidResourceProperties")
