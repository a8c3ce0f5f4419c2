"""Models, usages and capacities: what the lists of ARM and of the data plane say."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import MODEL, SWEDEN, Wire

SUBSCRIPTION = "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001"
PROVIDER = f"{SUBSCRIPTION}/providers/Microsoft.CognitiveServices"
PLACE = f"{PROVIDER}/locations/swedencentral"
GPT = {"modelFormat": "OpenAI", "modelName": "gpt-4.1-mini", "modelVersion": "2025-04-14"}


def values(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return list(answer.json()["value"])


def test_a_trained_model_appears_with_its_base_model(wire: Wire, azure: RunningEmulator) -> None:
    model = wire.trained()
    rows = {
        row["name"]: row for row in values(wire.arm("GET", f"{azure.account_id(SWEDEN)}/models"))
    }
    assert rows[model]["baseModel"]["name"] == "gpt-4.1-mini"
    assert rows["gpt-4.1-mini"]["capabilities"]["fineTune"] == "true"
    wrapped = values(wire.arm("GET", f"{PLACE}/models"))
    assert {row["kind"] for row in wrapped} == {"OpenAI", "AIServices"}


def test_the_data_plane_lists_base_and_trained_models(wire: Wire) -> None:
    model = wire.trained()
    rows = {row["id"]: row for row in wire.data("GET", "/models").json()["data"]}
    assert rows[model]["model"] == MODEL
    assert set(rows[model]["deprecation"]) == {"inference"}
    assert set(rows[MODEL]["deprecation"]) == {"fine_tune", "inference"}
    one = wire.data("GET", f"/models/{MODEL}").json()
    assert one == rows[MODEL]
    missing = wire.data("GET", "/models/gpt-9")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "notFound")


def usage(wire: Wire, name: str) -> tuple[float, float]:
    rows = {row["name"]["value"]: row for row in values(wire.arm("GET", f"{PLACE}/usages"))}
    return rows[name]["currentValue"], rows[name]["limit"]


def test_usages_follow_the_deployments(wire: Wire, azure: RunningEmulator) -> None:
    name = "OpenAI.Standard.gpt-4.1-mini-finetune"
    assert usage(wire, name) == (0, 500)
    wire.deploy(wire.trained(), capacity=40)
    assert usage(wire, name) == (40, 500)
    assert usage(wire, "OpenAI.Standard.gpt-4.1-mini") == (0, 500)
    mine = values(wire.arm("GET", f"{azure.account_id(SWEDEN)}/usages"))
    assert [row["name"]["value"] for row in mine] == [name]
    azure.advance(days=15)
    assert usage(wire, name) == (0, 500)


def test_capacities_say_what_is_free(wire: Wire) -> None:
    wire.deploy(wire.trained(), capacity=40)
    rows = values(wire.arm("GET", f"{PLACE}/modelCapacities", params=GPT))
    free = {row["properties"]["skuName"]: row["properties"] for row in rows}
    assert free["Standard"]["availableFinetuneCapacity"] == 460
    assert free["Standard"]["availableCapacity"] == 500
    everywhere = values(wire.arm("GET", f"{PROVIDER}/modelCapacities", params=GPT))
    assert {row["location"] for row in everywhere} > {"swedencentral", "eastus2"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"modelName": "x:ckpt-step-3"}, 400),
        ({"modelName": ""}, 400),
        ({"modelName": "gpt-9"}, 404),
    ],
)
def test_capacities_of_no_model_are_refused(
    wire: Wire, changes: dict[str, str], status: int
) -> None:
    answer = wire.arm("GET", f"{PLACE}/modelCapacities", params=GPT | changes)
    assert answer.status_code == status


def test_the_capacity_that_a_workload_needs_is_calculated(wire: Wire) -> None:
    asked = {"avgPromptTokens": 500, "avgGeneratedTokens": 150}
    body = {
        "model": {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"},
        "skuName": "ProvisionedManaged",
        "workloads": [{"requestPerMinute": 50, "requestParameters": asked}],
    }
    answer = wire.arm("POST", f"{PROVIDER}/calculateModelCapacity", json=body).json()
    assert answer["estimatedCapacity"] == {"value": 33, "deployableValue": 35}
    refused = wire.arm("POST", f"{PROVIDER}/calculateModelCapacity", json={})
    assert refused.status_code == 400


def test_a_deployment_lists_the_skus_that_it_could_have(wire: Wire) -> None:
    wire.deploy(wire.trained(), sku="GlobalStandard")
    rows = values(wire.arm("GET", f"{wire.deployment(SWEDEN, 'ft')}/skus"))
    assert rows[0]["sku"] == {"name": "GlobalStandard"}
    assert "DeveloperTier" in [row["sku"]["name"] for row in rows]


def test_a_token_sees_the_subscriptions_of_its_tenant(wire: Wire) -> None:
    names = [row["displayName"] for row in values(wire.arm("GET", "/subscriptions", "2022-12-01"))]
    assert names == ["contoso-ml", "contoso-serving"]
    (tenant,) = values(wire.arm("GET", "/tenants", "2022-12-01"))
    assert tenant["defaultDomain"] == "contoso.onmicrosoft.com"
    groups = values(wire.arm("GET", f"{SUBSCRIPTION}/resourceGroups", "2021-04-01"))
    assert [group["name"] for group in groups] == ["rg-ai"]
    found = wire.arm("GET", PROVIDER, "2021-04-01").json()
    assert found["registrationState"] == "Registered"


def test_accounts_are_listed_by_subscription_and_by_group(wire: Wire) -> None:
    rows = values(wire.arm("GET", f"{PROVIDER}/accounts"))
    assert [row["name"] for row in rows] == ["contoso-swedencentral", "contoso-eastus2"]
    assert rows[0]["properties"]["endpoint"] == f"{wire.azure.endpoint(SWEDEN)}/"
    path = f"{SUBSCRIPTION}/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts"
    assert len(values(wire.arm("GET", path))) == 2
