"""An account as ARM describes it, with its quotas and content filters."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.azure.arm.accounts import AccountDetails, AccountsClient, Usage
from aoai.errors import NotFound, ResponseUnknown
from tests.unit.azure.helpers import ACCOUNT_ID, TENANT, Answer, Rig

FULL: dict[str, Any] = {
    "id": ACCOUNT_ID.upper(),
    "name": "contoso-swedencentral",
    "location": "SWEDENCENTRAL",
    "kind": "OpenAI",
    "sku": {"name": "S0"},
    "properties": {
        "endpoint": "https://contoso-swedencentral.openai.azure.com/",
        "customSubDomainName": "contoso-swedencentral",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "disableLocalAuth": True,
        "capabilities": [
            {"name": "VirtualNetworks"},
            {"name": "MaxFineTuneCount", "value": "500"},
            {"name": "MaxUserFileCount", "value": 100},
            {"name": "EnableRLSForThrottling", "value": "false"},
            {"name": "Huge", "value": "9" * 5000},
        ],
    },
}


def _client(rig: Rig) -> AccountsClient:
    return AccountsClient(rig.transport(), rig.account())


def test_an_account_is_read_in_full() -> None:
    found = AccountDetails.parse(FULL)
    assert (found.location, found.kind, found.sku) == ("swedencentral", "OpenAI", "S0")
    assert found.endpoint == "https://contoso-swedencentral.openai.azure.com"
    assert found.limits == {"MaxFineTuneCount": 500, "MaxUserFileCount": 100}
    assert (found.takes_work, found.keys_disabled, found.public_access) == (True, True, True)


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None, 3]])
@pytest.mark.parametrize("field", [*FULL, *FULL["properties"]])
def test_a_field_of_another_type_counts_as_absent(field: str, value: Any) -> None:
    properties = {**FULL["properties"], field: value}
    AccountDetails.parse({**FULL, "properties": properties, field: value})
    Usage.parse({"name": value, "limit": value, "currentValue": value})


@pytest.mark.parametrize("state", ["Creating", "Deleting", "Moving", "Failed", "Disabled", ""])
def test_an_account_in_another_state_takes_no_work(state: str) -> None:
    assert not AccountDetails.parse({"properties": {"provisioningState": state}}).takes_work


def test_an_account_that_is_not_there_is_not_found(rig: Rig) -> None:
    rig.server.plan = [Answer(404, {"error": {"code": "ResourceNotFound", "message": "m"}})]
    with pytest.raises(NotFound):
        _client(rig).get_account()


def test_an_answer_that_is_no_account_is_unknown(rig: Rig) -> None:
    rig.server.plan = [Answer(body={"value": []})]
    with pytest.raises(ResponseUnknown, match="has no account id"):
        _client(rig).get_account()


def test_the_tenant_is_that_of_the_subscription(rig: Rig) -> None:
    rig.server.plan = [Answer(body={"tenantId": TENANT.upper()})]
    assert _client(rig).get_tenant_id() == TENANT
    assert rig.server.requests[0].path == "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001"


def test_quotas_are_those_of_the_region_and_know_what_is_free(rig: Rig) -> None:
    name = {"value": "OpenAI.Standard.gpt-4.1-finetune", "localizedValue": "TPM - gpt-4.1"}
    rows = [
        {"name": name, "currentValue": 480, "limit": 500, "unit": "Count"},
        {"name": {"value": "over"}, "currentValue": 9, "limit": 8.0},
        {"name": {"value": "unlimited"}},
    ]
    rig.server.plan = [Answer(body={"value": rows})]
    usages = _client(rig).list_usages()
    assert [usage.free for usage in usages] == [20, 0, None]
    assert usages[0].label == "TPM - gpt-4.1"
    assert rig.server.requests[0].path.endswith("/locations/swedencentral/usages")


def test_content_filters_are_listed_by_name(rig: Rig) -> None:
    rig.server.plan = [
        Answer(body={"value": [{"name": "Microsoft.Default"}, {"name": "strict"}, {"id": "x"}]})
    ]
    assert _client(rig).list_rai_policies() == ["Microsoft.Default", "strict"]
    assert rig.server.requests[0].path == f"{ACCOUNT_ID}/raiPolicies"
