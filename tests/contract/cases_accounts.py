"""Accounts and subscriptions in Resource Manager, by the management SDK."""

from __future__ import annotations

from typing import Any

from azure.core.rest import HttpResponse

from tests.contract.cases import case
from tests.contract.cases_arm import COGNITIVE, CORE, HERE, PLACE
from tests.contract.stage import GROUP, SUBSCRIPTION, Stage
from tests.emulator.wire import SWEDEN


@case("accounts.get", COGNITIVE, "Account")
def accounts_get(stage: Stage) -> Any:
    assert stage.cognitive().accounts.get(GROUP, SWEDEN).location == PLACE


@case("accounts.listByGroup", COGNITIVE, "AccountListResult")
def accounts_by_group(stage: Stage) -> Any:
    assert len(list(stage.cognitive().accounts.list_by_resource_group(GROUP))) == 2


@case("accounts.list", COGNITIVE, "AccountListResult")
def accounts_list(stage: Stage) -> Any:
    assert len(list(stage.cognitive().accounts.list())) == 2


@case("accounts.listKeys", COGNITIVE, "ApiKeys")
def accounts_keys(stage: Stage) -> Any:
    assert stage.cognitive().accounts.list_keys(GROUP, SWEDEN).key2


@case("accounts.regenerateKey", COGNITIVE, "ApiKeys")
def accounts_regenerate(stage: Stage) -> Any:
    keys = stage.cognitive().accounts.list_keys(GROUP, SWEDEN)
    renewed = stage.cognitive().accounts.regenerate_key(GROUP, SWEDEN, "Key2")
    assert (renewed.key1, renewed.key2 != keys.key2) == (keys.key1, True)


NEW = "a-new-account"


def made_account(stage: Stage) -> Any:
    """An account by the SDK's own poller."""
    stage.azure.pace("polls:2", of="accounts")
    body: Any = {"location": PLACE, "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    return stage.cognitive().accounts.begin_create(GROUP, NEW, body).result()


@case("accounts.put", COGNITIVE, "Account")
def accounts_put(stage: Stage) -> Any:
    assert made_account(stage).properties.provisioning_state == "Succeeded"


@case("accounts.patch", COGNITIVE, "Account")
def accounts_patch(stage: Stage) -> Any:
    body: Any = {"tags": {"team": "a"}}
    found = stage.cognitive().accounts.begin_update(GROUP, SWEDEN, body).result()
    assert found.tags == {"team": "a"}


def deleted_account(stage: Stage) -> None:
    """An account that is gone, and can be restored."""
    path = stage.azure.account_id(SWEDEN).replace(SWEDEN, NEW)
    body = {"location": PLACE, "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    assert stage.wire.arm("PUT", path, json=body).status_code == 201
    assert stage.wire.arm("DELETE", path).status_code == 200


@case("accounts.delete", COGNITIVE)
def accounts_delete(stage: Stage) -> Any:
    made_account(stage)
    stage.cognitive().accounts.begin_delete(GROUP, NEW).result()
    assert NEW not in [each.name for each in stage.cognitive().accounts.list()]


@case("deletedAccounts.list", COGNITIVE, "AccountListResult")
def deleted_accounts_list(stage: Stage) -> Any:
    deleted_account(stage)
    assert [each.name for each in stage.cognitive().deleted_accounts.list()] == [NEW]


@case("deletedAccounts.get", COGNITIVE, "Account")
def deleted_accounts_get(stage: Stage) -> Any:
    deleted_account(stage)
    found = stage.cognitive().deleted_accounts.get(PLACE, GROUP, NEW)
    assert found.properties
    assert found.properties.scheduled_purge_date


@case("deletedAccounts.purge", COGNITIVE)
def deleted_accounts_purge(stage: Stage) -> Any:
    deleted_account(stage)
    stage.cognitive().deleted_accounts.begin_purge(PLACE, GROUP, NEW).result()
    assert list(stage.cognitive().deleted_accounts.list()) == []


@case("accounts.models", COGNITIVE, "AccountModelListResult")
def accounts_models(stage: Stage) -> Any:
    name = stage.trained()
    names = [model.name for model in stage.cognitive().accounts.list_models(GROUP, SWEDEN)]
    assert name in names


@case("accounts.usages", COGNITIVE, "UsageListResult")
def accounts_usages(stage: Stage) -> Any:
    stage.served()
    found = stage.cognitive().accounts.list_usages(GROUP, SWEDEN)
    assert found.value
    assert found.value[0].current_value == 1


def generic(stage: Stage, path: str, version: str) -> HttpResponse:
    """A call of ARM itself, in a version that tools use."""
    stage.version = version
    return stage.arm("GET", path)


@case("tenants.list", CORE)
def tenants_list(stage: Stage) -> Any:
    assert generic(stage, "/tenants", "2022-12-01").json()["value"][0]["tenantId"]


@case("subscriptions.list", CORE)
def subscriptions_list(stage: Stage) -> Any:
    found = generic(stage, "/subscriptions", "2022-12-01").json()
    assert SUBSCRIPTION in [each["subscriptionId"] for each in found["value"]]


@case("subscriptions.get", CORE)
def subscriptions_get(stage: Stage) -> Any:
    assert generic(stage, HERE, "2016-06-01").json()["state"] == "Enabled"


@case("resourceGroups.list", CORE)
def groups_list(stage: Stage) -> Any:
    found = generic(stage, f"{HERE}/resourcegroups", "2021-04-01").json()
    assert found["value"][0]["name"] == GROUP


@case("resourceGroups.get", CORE)
def groups_get(stage: Stage) -> Any:
    found = generic(stage, f"{HERE}/resourceGroups/{GROUP}", "2021-04-01").json()
    assert found["properties"]["provisioningState"] == "Succeeded"


@case("providers.list", CORE)
def providers_list(stage: Stage) -> Any:
    assert generic(stage, f"{HERE}/providers", "2016-06-01").json()["value"]


@case("providers.get", CORE)
def providers_get(stage: Stage) -> Any:
    path = f"{HERE}/providers/Microsoft.CognitiveServices"
    assert generic(stage, path, "2016-06-01").json()["registrationState"] == "Registered"


@case("providers.register", CORE)
def providers_register(stage: Stage) -> Any:
    stage.version = "2021-04-01"
    path = f"{HERE}/providers/Microsoft.CognitiveServices/register"
    assert stage.arm("POST", path).json()["registrationState"] == "Registered"


@case("skus.list", COGNITIVE, "ResourceSkuListResult")
def skus_list(stage: Stage) -> Any:
    assert {each.kind for each in stage.cognitive().resource_skus.list()} == {
        "OpenAI",
        "AIServices",
    }


@case("accounts.skus", COGNITIVE, "AccountSkuListResult")
def account_skus(stage: Stage) -> Any:
    found = stage.cognitive().accounts.list_skus(GROUP, SWEDEN)
    assert found.value
    assert found.value[0].sku
    assert found.value[0].sku.name == "S0"


POLICY: Any = {
    "properties": {
        "basePolicyName": "Microsoft.DefaultV2",
        "mode": "Blocking",
        "contentFilters": [
            {
                "name": "Hate",
                "enabled": True,
                "blocking": True,
                "severityThreshold": "Low",
                "source": "Prompt",
            }
        ],
    }
}


def policy(stage: Stage) -> Any:
    """A policy by the SDK."""
    return stage.cognitive().rai_policies.create_or_update(GROUP, SWEDEN, "strict", POLICY)


@case("raiPolicies.put", COGNITIVE, "RaiPolicy")
def rai_policies_put(stage: Stage) -> Any:
    assert policy(stage).properties.type == "UserManaged"


@case("raiPolicies.get", COGNITIVE, "RaiPolicy")
def rai_policies_get(stage: Stage) -> Any:
    policy(stage)
    assert stage.cognitive().rai_policies.get(GROUP, SWEDEN, "strict").etag


@case("raiPolicies.list", COGNITIVE, "RaiPolicyListResult")
def rai_policies_list(stage: Stage) -> Any:
    found = [each.name for each in stage.cognitive().rai_policies.list(GROUP, SWEDEN)]
    assert found == ["Microsoft.Default", "Microsoft.DefaultV2"]


@case("raiPolicies.delete", COGNITIVE)
def rai_policies_delete(stage: Stage) -> Any:
    policy(stage)
    stage.cognitive().rai_policies.begin_delete(GROUP, SWEDEN, "strict").result()


@case("quotaTiers.list", COGNITIVE, "QuotaTierListResult")
def quota_tiers_list(stage: Stage) -> Any:
    assert [each.name for each in stage.cognitive().quota_tiers.list_by_subscription()] == [
        "default"
    ]


@case("quotaTiers.get", COGNITIVE, "QuotaTier")
def quota_tiers_get(stage: Stage) -> Any:
    found = stage.cognitive().quota_tiers.get("default")
    assert found.properties
    assert found.properties.current_tier_name


def tier(stage: Stage, method: str) -> Any:
    """Switch the upgrade off."""
    body: Any = {"properties": {"tierUpgradePolicy": "NoAutoUpgrade"}}
    found = getattr(stage.cognitive().quota_tiers, method)("default", body)
    assert found.properties.tier_upgrade_policy == "NoAutoUpgrade"


@case("quotaTiers.put", COGNITIVE, "QuotaTier")
def quota_tiers_put(stage: Stage) -> Any:
    tier(stage, "create_or_update")


@case("quotaTiers.patch", COGNITIVE, "QuotaTier")
def quota_tiers_patch(stage: Stage) -> Any:
    tier(stage, "update")
