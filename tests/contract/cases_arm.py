"""Resource Manager and Monitor, by their management SDKs."""

from __future__ import annotations

from typing import Any

from azure.core.rest import HttpResponse

from tests.contract.cases import case
from tests.contract.stage import GROUP, SUBSCRIPTION, Stage
from tests.emulator.wire import SWEDEN

COGNITIVE = "azure-mgmt-cognitiveservices"
MONITOR = "azure-mgmt-monitor"
CORE = "azure-core"
PLACE = "swedencentral"
HERE = f"/subscriptions/{SUBSCRIPTION}"
GPT = {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"}


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
    stage.azure.pace("looks:2", of="accounts")
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


def put(stage: Stage, name: str = "ft") -> Any:
    """Deploy a new model by the SDK's own poller."""
    model = {"format": "OpenAI", "name": stage.trained(), "version": "1"}
    body: Any = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    poller = stage.cognitive().deployments.begin_create_or_update(GROUP, SWEDEN, name, body)
    return poller.result()


@case("deployments.put", COGNITIVE, "Deployment")
@case("operations.get", COGNITIVE)
def deployments_put(stage: Stage) -> Any:
    stage.azure.pace("looks:2", of="deployments")
    found = put(stage)
    assert found.properties.provisioning_state == "Succeeded"
    first = stage.captured[0]
    assert (first.method, first.status) == ("PUT", 201)
    assert first.json()["properties"]["provisioningState"] == "Creating"


@case("deployments.get", COGNITIVE, "Deployment")
def deployments_get(stage: Stage) -> Any:
    found = stage.cognitive().deployments.get(GROUP, SWEDEN, stage.served())
    assert found.system_data
    assert found.system_data.created_at


@case("deployments.list", COGNITIVE, "DeploymentListResult")
def deployments_list(stage: Stage) -> Any:
    name = stage.served()
    found = list(stage.cognitive().deployments.list(GROUP, SWEDEN))
    assert [each.name for each in found] == [name]


@case("deployments.patch", COGNITIVE, "Deployment")
def deployments_patch(stage: Stage) -> Any:
    stage.azure.pace("looks:2", of="deployments")
    name = stage.served()
    stage.azure.push(SWEDEN)
    body: Any = {"sku": {"name": "Standard", "capacity": 3}}
    if stage.version >= "2024-10-01":
        body["tags"] = {"team": "a"}
    poller = stage.cognitive().deployments.begin_update(GROUP, SWEDEN, name, body)
    found = poller.result()
    assert found.sku
    assert found.sku.capacity == 3


@case("operations.older", COGNITIVE)
def deployments_put_of_before(stage: Stage) -> Any:
    stage.azure.settings(operation_path="operationStatuses", operation_running="InProgress")
    return deployments_put(stage)


@case("deployments.delete", COGNITIVE)
def deployments_delete(stage: Stage) -> Any:
    name = stage.served()
    stage.azure.pace("looks:1", of="deployments")
    stage.cognitive().deployments.begin_delete(GROUP, SWEDEN, name).result()
    stage.cognitive().deployments.begin_delete(GROUP, SWEDEN, name).result()
    deletes = [each.status for each in stage.captured if each.method == "DELETE"]
    assert deletes == [202, 204]


@case("deployments.skus", COGNITIVE, "DeploymentSkuListResult")
def deployments_skus(stage: Stage) -> Any:
    found = list(stage.cognitive().deployments.list_skus(GROUP, SWEDEN, stage.served()))
    assert found


def turn(stage: Stage, verb: str) -> dict[str, Any]:
    """Pause or resume; the SDK does not have the call yet."""
    path = f"{stage.wire.deployment(SWEDEN, stage.served())}/{verb}"
    return dict(stage.arm("POST", path).json())


@case("deployments.pause", CORE, "Deployment")
def deployments_pause(stage: Stage) -> Any:
    assert turn(stage, "pause")["properties"]["deploymentState"] == "Paused"


@case("deployments.resume", CORE, "Deployment")
def deployments_resume(stage: Stage) -> Any:
    assert turn(stage, "resume")["properties"]["deploymentState"] == "Running"


@case("locations.models", COGNITIVE, "ModelListResult")
def models_by_location(stage: Stage) -> Any:
    assert list(stage.cognitive().models.list(PLACE))


@case("usages.list", COGNITIVE, "UsageListResult")
def usages_list(stage: Stage) -> Any:
    assert list(stage.cognitive().usages.list(PLACE))


@case("modelCapacities.listByLocation", COGNITIVE, "ModelCapacityListResult")
def capacities_by_location(stage: Stage) -> Any:
    listed = stage.cognitive().location_based_model_capacities.list(PLACE, *GPT.values())
    assert list(listed)


@case("modelCapacities.list", COGNITIVE, "ModelCapacityListResult")
def capacities(stage: Stage) -> Any:
    assert list(stage.cognitive().model_capacities.list(*GPT.values()))


@case("calculateModelCapacity", COGNITIVE, "CalculateModelCapacityResult")
def calculate(stage: Stage) -> Any:
    workload = {
        "request_per_minute": 10,
        "request_parameters": {"avg_prompt_tokens": 100, "avg_generated_tokens": 100},
    }
    client: Any = stage.cognitive()
    found = client.calculate_model_capacity(model=GPT, sku_name="Standard", workloads=[workload])
    assert found.estimated_capacity.value == 2


@case("metrics.list", MONITOR, "Response")
def metrics_list(stage: Stage) -> Any:
    name = stage.served()
    assert stage.wire.chat(name).status_code == 200
    stage.azure.advance(seconds=60)
    found = stage.monitor().metrics.list(
        stage.azure.account_id(SWEDEN),
        metricnames="AzureOpenAIRequests",
        interval="FULL",
        aggregation="Total",
        top=100,
        filter="ModelDeploymentName eq '*' and StatusCode eq '200'",
        api_version=stage.version,
    )
    (series,) = found.value[0].timeseries
    assert series.metadatavalues
    assert series.metadatavalues[0].value == name
    assert series.data
    assert series.data[0].total == 1


@case("metrics.getBatch", CORE)
def metrics_batch(stage: Stage) -> Any:
    name = stage.served()
    assert stage.wire.chat(name).status_code == 200
    stage.azure.advance(seconds=60)
    found = stage.arm(
        "POST",
        f"{HERE}/metrics:getBatch",
        audience="https://metrics.monitor.azure.com",
        body={"resourceids": [stage.azure.account_id(SWEDEN)]},
        metricnames="AzureOpenAIRequests",
        metricnamespace="Microsoft.CognitiveServices/accounts",
        interval="FULL",
        filter="ModelDeploymentName eq '*'",
    ).json()
    (answer,) = found["values"]
    assert answer["resourceid"] == stage.azure.account_id(SWEDEN)
    assert answer["value"][0]["timeseries"][0]["data"][0]["total"] == 1


@case("metricDefinitions.list", MONITOR, "MetricDefinitionCollection")
def metric_definitions(stage: Stage) -> Any:
    account = stage.azure.account_id(SWEDEN)
    found = list(stage.monitor().metric_definitions.list(account, api_version=stage.version))
    assert "AzureOpenAIRequests" in [each.name.value for each in found if each.name]


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


@case("metadata.endpoints", CORE)
def metadata_endpoints(stage: Stage) -> Any:
    found = stage.arm("GET", "/metadata/endpoints").json()
    assert found["resourceManager"] == stage.azure.url


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
