"""The inputs of an ``OpenAIAccount``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from aoai.azure.account import Cloud


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody in Entra who gets a role.

    Attributes:
        id: its object id (a GUID); of an application the one of its service principal.
        type: ``ServicePrincipal``, ``User`` or ``Group``. Azure looks a principal up by it, and a
            new one that is not replicated yet is found only with it.
    """

    id: pulumi.Input[str]
    type: str = "ServicePrincipal"


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """When somebody is told about a deployment.

    Attributes:
        action_groups: ARM ids of the action groups that are told.
        silence: tell when a deployment that was called the day before is not called for a day;
            after 15 such days Azure removes it. Needs ``log_analytics_workspace``.
        removal: tell when a deployment is deleted through the resource manager.
    """

    action_groups: Sequence[pulumi.Input[str]]
    silence: bool = True
    removal: bool = True


@dataclass(frozen=True, kw_only=True)
class TrainingStorage:
    """Storage for training data, which the account's own identity can read.

    Attributes:
        name: of the storage account: 3 to 24 of ``a-z 0-9``, unique in Azure.
        container: of the data.
    """

    name: pulumi.Input[str]
    container: pulumi.Input[str] = "training"


@dataclass(frozen=True, kw_only=True)
class OpenAIAccountArgs:
    """Inputs of an ``OpenAIAccount``.

    Attributes:
        name: of the account, and its custom subdomain: unique in Azure, so it is not chosen here.
        location: its region, for example ``swedencentral``.
        subscription_id: where it is made.
        tenant_id: the Entra tenant (a GUID) of that subscription.
        resource_group: the name of its resource group.
        create_resource_group: make that group too.
        kind: ``OpenAI`` or ``AIServices``.
        sku: its price tier.
        public_network_access: ``Enabled`` or ``Disabled``.
        allowed_ip_ranges: addresses (CIDR) that may reach it. If these or ``allowed_subnets`` are
            given, no other address may.
        allowed_subnets: ARM ids of subnets that may reach it.
        deployers: who trains and deploys: OpenAI Contributor, Monitoring Reader and Reader on it.
        consumers: who calls its deployments: OpenAI User on it.
        log_analytics_workspace: ARM id of the workspace that gets its logs and metrics.
        alerts: when somebody is told about a deployment.
        training_storage: storage for training data.
        tags: of all that is made.
        cloud: the cloud that it lives in.
    """

    name: pulumi.Input[str]
    location: pulumi.Input[str]
    subscription_id: pulumi.Input[str]
    tenant_id: pulumi.Input[str]
    resource_group: pulumi.Input[str]
    create_resource_group: bool = False
    kind: str = "OpenAI"
    sku: str = "S0"
    public_network_access: str = "Enabled"
    allowed_ip_ranges: Sequence[pulumi.Input[str]] = ()
    allowed_subnets: Sequence[pulumi.Input[str]] = ()
    deployers: Sequence[Principal] = ()
    consumers: Sequence[Principal] = ()
    log_analytics_workspace: pulumi.Input[str] | None = None
    alerts: Alerts | None = None
    training_storage: TrainingStorage | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None
    cloud: Cloud = field(default=Cloud.PUBLIC)
