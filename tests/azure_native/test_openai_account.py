"""Accounts made with the real pulumi-azure-native, its plugin replaced by mocks.

They run in an environment of their own: ``make test-azure-native``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

pytest.importorskip("pulumi_azure_native", reason="needs `make test-azure-native`")

from aoai_components.accounts import create_accounts

from tests.documents import blocks
from tests.pulumi_mocks import run_with_mocks
from tests.stack_settings import read_settings

SUBSCRIPTION = "a1a1a1a1-0000-4000-8000-000000000001"
TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-ai"
ARM_ID = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
ACTION_GROUP = f"{GROUP}/providers/Microsoft.Insights/actionGroups/on-call"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net/subnets/runners"
PIPELINE = "11111111-0000-4000-8000-000000000001"
APP = "22222222-0000-4000-8000-000000000002"
IDENTITY = "33333333-0000-4000-8000-000000000003"
ACCOUNT = {"id": ARM_ID, "tenantId": TENANT, "location": "swedencentral"}

EVERYTHING = {
    "kind": "AIServices",
    "createResourceGroup": True,
    "allowedIpRanges": ["198.51.100.0/24"],
    "allowedSubnets": [SUBNET],
    "deployers": [{"id": PIPELINE}],
    "consumers": [{"id": APP, "type": "Group"}],
    "logAnalyticsWorkspace": WORKSPACE,
    "alerts": {"actionGroups": [ACTION_GROUP]},
    "trainingStorage": {"name": "contosotraining"},
    "tags": {"team": "ai"},
}


class Recorder(Mocks):
    """Keeps what is registered, and answers as the service would; a preview knows no id."""

    def __init__(self, *, preview: bool = False) -> None:
        self.made: list[MockResourceArgs] = []
        self.preview = preview

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.made.append(args)
        if self.preview:
            return None, {}
        inputs = dict(args.inputs)
        if args.typ == "azure-native:cognitiveservices:Account":
            return ARM_ID, {**inputs, "identity": {"principalId": IDENTITY, "tenantId": TENANT}}
        if args.typ == "azure-native:resources:ResourceGroup":
            return GROUP, {**inputs, "name": args.inputs["resourceGroupName"]}
        if args.typ == "azure-native:storage:StorageAccount":
            return f"{GROUP}/storage", {**inputs, "name": args.inputs["accountName"]}
        return f"{args.name}-id", inputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return dict(args.args), None

    def all_inputs(self, token: str) -> dict[str, Any]:
        return {args.name: args.inputs for args in self.made if args.typ == token}

    def inputs(self, token: str) -> Any:
        (only,) = self.all_inputs(token).values()
        return only


def made(create: dict[str, Any], **account: Any) -> Recorder:
    """What a stack with one account registers."""
    settings = read_settings({"accounts": {"sweden": {**ACCOUNT, **account, "create": create}}})
    recorder = Recorder()

    def program() -> pulumi.Output[Any]:
        (component,) = create_accounts(settings).values()
        return pulumi.Output.all(*[resource.urn for resource in component.ready])

    run_with_mocks(program, recorder)
    return recorder


def test_an_account_is_made_where_its_arm_id_says() -> None:
    recorder = made({"kind": "AIServices"})
    account = recorder.inputs("azure-native:cognitiveservices:Account")
    assert account["accountName"] == "contoso-swedencentral"
    assert account["resourceGroupName"] == "rg-ai"
    assert account["location"] == "swedencentral"
    assert account["kind"] == "AIServices"
    assert account["sku"] == {"name": "S0"}
    assert account["identity"] == {"type": "SystemAssigned"}
    assert account["properties"] == {
        "customSubDomainName": "contoso-swedencentral",
        "disableLocalAuth": True,
        "publicNetworkAccess": "Enabled",
    }
    provider = recorder.inputs("pulumi:providers:azure-native")
    assert provider["subscriptionId"] == SUBSCRIPTION
    assert provider["tenantId"] == TENANT


def test_only_the_account_is_made_if_nothing_more_is_asked_for() -> None:
    tokens = {args.typ for args in made({}).made if args.typ.startswith("azure-native:")}
    assert tokens == {"azure-native:cognitiveservices:Account"}


def test_an_account_that_exists_is_not_made() -> None:
    assert create_accounts(read_settings({"accounts": {"sweden": ACCOUNT}})) == {}


def test_a_network_that_is_listed_shuts_out_all_others() -> None:
    properties = made(EVERYTHING).inputs("azure-native:cognitiveservices:Account")["properties"]
    assert properties["networkAcls"] == {
        "defaultAction": "Deny",
        "ipRules": [{"value": "198.51.100.0/24"}],
        "virtualNetworkRules": [{"id": SUBNET}],
    }


def test_the_resource_group_is_made_if_that_is_asked_for() -> None:
    group = made(EVERYTHING).inputs("azure-native:resources:ResourceGroup")
    assert group == {
        "resourceGroupName": "rg-ai",
        "location": "swedencentral",
        "tags": {"team": "ai"},
    }


def test_deployers_and_consumers_get_their_roles_on_the_account() -> None:
    roles = made(EVERYTHING).all_inputs("azure-native:authorization:RoleAssignment")
    on_account = {
        (role["principalId"], role["principalType"], role["roleDefinitionId"].rpartition("/")[2])
        for role in roles.values()
        if role["scope"] == ARM_ID
    }
    assert on_account == {
        (PIPELINE, "ServicePrincipal", "a001fd3d-188f-4b5d-821b-7da978bf7442"),
        (PIPELINE, "ServicePrincipal", "43d0d8ad-25c7-4714-9337-8ba259a9fe05"),
        (PIPELINE, "ServicePrincipal", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
        (APP, "Group", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"),
    }
    definitions = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    assert all(role["roleDefinitionId"].startswith(definitions) for role in roles.values())


def test_the_accounts_own_identity_reads_the_training_data() -> None:
    recorder = made(EVERYTHING)
    storage = recorder.inputs("azure-native:storage:StorageAccount")
    assert storage == {
        "accountName": "contosotraining",
        "resourceGroupName": "rg-ai",
        "location": "swedencentral",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "allowBlobPublicAccess": False,
        "allowSharedKeyAccess": False,
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "tags": {"team": "ai"},
    }
    container = recorder.inputs("azure-native:storage:BlobContainer")
    assert container["containerName"] == "training"
    assert container["publicAccess"] == "None"
    roles = recorder.all_inputs("azure-native:authorization:RoleAssignment")
    role = roles["sweden-identity-0-blob-data-reader"]
    assert role["principalId"] == IDENTITY
    assert role["scope"] == f"{GROUP}/storage"
    assert role["roleDefinitionId"].endswith("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")


def test_logs_and_metrics_go_to_the_workspace() -> None:
    assert made(EVERYTHING).inputs("azure-native:monitor:DiagnosticSetting") == {
        "resourceUri": ARM_ID,
        "workspaceId": WORKSPACE,
        "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        "metrics": [{"category": "AllMetrics", "enabled": True}],
    }


def test_a_deployment_that_falls_silent_notifies_the_action_groups() -> None:
    rule = made(EVERYTHING).inputs("azure-native:monitor:ScheduledQueryRule")
    assert rule["scopes"] == [WORKSPACE]
    assert rule["actions"] == {"actionGroups": [ACTION_GROUP]}
    assert (rule["windowSize"], rule["overrideQueryTimeRange"]) == ("P1D", "P2D")
    (condition,) = rule["criteria"]["allOf"]
    assert (condition["timeAggregation"], condition["operator"]) == ("Count", "GreaterThan")
    assert condition["threshold"] == 0
    assert condition["dimensions"] == [
        {"name": "deployment", "operator": "Include", "values": ["*"]}
    ]
    assert condition["query"].splitlines()[:2] == [
        "AzureDiagnostics",
        '| where Category == "RequestResponse" and Resource =~ "contoso-swedencentral"',
    ]
    assert condition["query"].splitlines()[-1] == "| where called < ago(1d)"


def test_a_deployment_that_is_deleted_notifies_the_action_groups() -> None:
    alert = made(EVERYTHING).inputs("azure-native:monitor:ActivityLogAlert")
    assert alert["scopes"] == [ARM_ID]
    assert alert["location"] == "Global"
    assert alert["actions"] == {"actionGroups": [{"actionGroupId": ACTION_GROUP}]}
    assert {rule["field"]: rule["equals"] for rule in alert["condition"]["allOf"]} == {
        "category": "Administrative",
        "operationName": "Microsoft.CognitiveServices/accounts/deployments/delete",
        "status": "Succeeded",
    }


def test_alerts_are_made_one_by_one() -> None:
    alerts = {"actionGroups": [ACTION_GROUP], "silence": False}
    recorder = made({"alerts": alerts})
    assert recorder.all_inputs("azure-native:monitor:ScheduledQueryRule") == {}
    assert len(recorder.all_inputs("azure-native:monitor:ActivityLogAlert")) == 1


def test_a_model_is_previewed_in_an_account_of_which_nothing_is_known() -> None:
    (block,) = [block for block in blocks(Path("docs/azure.md")) if block.needs_azure_native]
    recorder = Recorder(preview=True)
    run_with_mocks(lambda: exec(block.whole, {}), recorder, preview=True)
    tokens = {args.typ.rpartition(":")[2] for args in recorder.made}
    assert {"TrainingFile", "FineTuningJob", "FineTunedModel", "ModelDeployment"} <= tokens


@pytest.mark.parametrize(
    ("create", "said"),
    [
        ({"kind": "openai"}, "accounts.sweden.create.kind: "),
        ({"allowedIpRanges": ["10.0.0.0/8"]}, "create.allowedIpRanges: 10.0.0.0/8 is a private"),
        ({"allowedIpRanges": ["2001:db8::/32"]}, "'2001:db8::/32' is no IPv4 address"),
        ({"allowedSubnets": ["runners"]}, "allowedSubnets: 'runners' is no ARM id of a subnet"),
        ({"deployers": [{"id": "ci@contoso.com"}]}, "deployers: 'ci@contoso.com' is no object id"),
        ({"consumers": [{"id": APP}, {"id": APP}]}, f"consumers: {APP} is there twice"),
        ({"alerts": {"actionGroups": []}}, "alerts.actionGroups: name at least one"),
        ({"alerts": {"actionGroups": [ACTION_GROUP]}}, "alerts.silence: silence is read from the"),
        ({"logAnalyticsWorkspace": "logs"}, "logAnalyticsWorkspace: 'logs' is no ARM id of a work"),
        ({"trainingStorage": {"name": "Contoso"}}, "trainingStorage.name: write 3 to 24"),
        ({"trainingStorage": {"name": "data", "container": "a--b"}}, "trainingStorage.container:"),
    ],
)
def test_what_azure_would_refuse_is_an_error_of_the_settings(
    create: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=r"not valid") as raised:
        read_settings({"accounts": {"sweden": {**ACCOUNT, "create": create}}})
    assert said in str(raised.value)
