"""Subscriptions: registration of the provider, denials by Azure Policy, resource groups."""

from __future__ import annotations

import json

from aoai_emulator import Emulator, RunningEmulator, World

from tests.emulator.test_deployments import body, code
from tests.emulator.wire import SWEDEN, Wire

HERE = "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001"
PROVIDER = f"{HERE}/providers/Microsoft.CognitiveServices"


def test_a_subscription_may_have_to_register_first() -> None:
    data = World.default().data()
    data["subscriptions"][0]["registered"] = False
    with Emulator(World.parse(data)) as azure:
        wire = Wire(azure)
        refused = wire.arm("GET", azure.account_id(SWEDEN))
        assert code(refused) == (409, "MissingSubscriptionRegistration")
        assert refused.json()["error"]["details"][0]["target"] == "Microsoft.CognitiveServices"
        assert wire.arm("GET", PROVIDER).json()["registrationState"] == "NotRegistered"
        found = wire.arm("POST", f"{PROVIDER}/register", "2021-04-01").json()
        assert found["registrationState"] == "Registered"
        assert wire.arm("GET", azure.account_id(SWEDEN)).status_code == 200
        wire.close()


def test_a_policy_may_deny_what_is_made(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(policy_denies="accounts/deployments")
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=body())
    assert code(answer) == (403, "RequestDisallowedByPolicy")
    error = answer.json()["error"]
    assert list(error) == ["code", "target", "message", "additionalInfo"]
    told = error["message"].partition("Policy identifiers: '")[2].removesuffix("'.")
    assert json.loads(told)[0]["policyDefinition"]["version"] == "1.0.0"
    assert error["additionalInfo"][0]["info"]["policyDefinitionEffect"] == "deny"
    assert wire.arm("PATCH", azure.account_id(SWEDEN), json={"tags": {}}).status_code == 200
    azure.settings(policy_denies="accounts")
    account = azure.account_id(SWEDEN).replace(SWEDEN, "fresh")
    wanted = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}}
    assert code(wire.arm("PUT", account, json=wanted)) == (403, "RequestDisallowedByPolicy")


def test_a_group_may_be_there_without_an_account() -> None:
    data = World.default().data()
    group = {"name": "rg-Empty", "subscription": "contoso-ml", "location": "westus", "tags": {}}
    data["resource_groups"] = [{**group, "tags": {"team": "a"}}]
    with Emulator(World.parse(World.parse(data).data())) as azure:
        wire = Wire(azure)
        found = wire.arm("GET", f"{HERE}/resourcegroups/RG-EMPTY", "2021-04-01").json()
        assert (found["name"], found["tags"]) == ("rg-Empty", {"team": "a"})
        path = f"{HERE}/resourceGroups/rg-Empty/providers/Microsoft.CognitiveServices/accounts/new"
        wanted = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}}
        assert wire.arm("PUT", path, json=wanted).status_code == 201
        assert azure.state()["new"]["jobs"] == []
        wire.close()
