"""Resource Manager and Monitor, by their management SDKs."""

from __future__ import annotations

from typing import Any

from tests.contract.cases import case
from tests.contract.stage import GROUP, SUBSCRIPTION, Stage
from tests.emulator.wire import SWEDEN

COGNITIVE = "azure-mgmt-cognitiveservices"
MONITOR = "azure-mgmt-monitor"
CORE = "azure-core"
PLACE = "swedencentral"
HERE = f"/subscriptions/{SUBSCRIPTION}"
GPT = {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"}


def put(stage: Stage, name: str = "ft") -> Any:
    """Deploy a new model by the SDK's own poller."""
    model = {"format": "OpenAI", "name": stage.trained(), "version": "1"}
    body: Any = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    poller = stage.cognitive().deployments.begin_create_or_update(GROUP, SWEDEN, name, body)
    return poller.result()


@case("deployments.put", COGNITIVE, "Deployment")
@case("operations.get", COGNITIVE)
def deployments_put(stage: Stage) -> Any:
    stage.azure.pace("polls:2", of="deployments")
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
    stage.azure.pace("polls:2", of="deployments")
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
    stage.azure.pace("polls:1", of="deployments")
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


@case("metadata.endpoints", CORE)
def metadata_endpoints(stage: Stage) -> Any:
    found = stage.arm("GET", "/metadata/endpoints").json()
    assert found["resourceManager"] == stage.azure.url
