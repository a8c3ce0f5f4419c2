"""The accounts of a stack's settings, and where they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from aoai.azure.account import Account, Cloud
from aoai.azure.clouds import find_cloud
from aoai.errors import ConfigurationError
from aoai_components.entries import Entry


class PrincipalSettings(Entry, frozen=True, kw_only=True):
    """Somebody in Entra who gets a role.

    Attributes:
        id: its object id; of an application the one of its service principal.
        type: ``ServicePrincipal``, ``User`` or ``Group``.
    """

    id: str
    type: Literal["ServicePrincipal", "User", "Group"] = "ServicePrincipal"


class AlertSettings(Entry, frozen=True, kw_only=True):
    """What the action groups are notified of.

    Attributes:
        action_groups: ARM ids of the action groups that are notified.
        silence: when a deployment that was called the day before is not called for a day.
        removal: when a deployment is deleted.
    """

    action_groups: tuple[str, ...]
    silence: bool = True
    removal: bool = True


class TrainingStorageSettings(Entry, frozen=True, kw_only=True):
    """Storage for training data, which the account's own identity can read.

    Attributes:
        name: of the storage account, unique in Azure.
        container: of the data.
    """

    name: str
    container: str = "training"


class CreateSettings(Entry, frozen=True, kw_only=True):
    """An account that the stack makes, with pulumi-azure-native.

    Attributes:
        kind: ``OpenAI`` or ``AIServices``.
        sku: its price tier.
        create_resource_group: make its resource group too.
        public_network_access: ``Enabled`` or ``Disabled``.
        allowed_ip_ranges: addresses (CIDR) that may reach it; then no other may.
        allowed_subnets: ARM ids of subnets that may reach it; then no other may.
        deployers: who trains and deploys, each with `id` and `type`.
        consumers: who calls its deployments, each with `id` and `type`.
        log_analytics_workspace: ARM id of the workspace that gets its logs and metrics.
        alerts: `actionGroups` that are notified of `silence` and `removal` of a deployment.
        training_storage: storage for training data, with `name` and `container`.
        tags: tags of all that is made.
    """

    kind: Literal["OpenAI", "AIServices"] = "OpenAI"
    sku: str = "S0"
    create_resource_group: bool = False
    public_network_access: Literal["Enabled", "Disabled"] = "Enabled"
    allowed_ip_ranges: tuple[str, ...] = ()
    allowed_subnets: tuple[str, ...] = ()
    deployers: tuple[PrincipalSettings, ...] = ()
    consumers: tuple[PrincipalSettings, ...] = ()
    log_analytics_workspace: str | None = None
    alerts: AlertSettings | None = None
    training_storage: TrainingStorageSettings | None = None
    tags: dict[str, str] | None = None


class AccountSettings(Entry, frozen=True, kw_only=True):
    """An Azure OpenAI account, one that exists unless ``create`` is given.

    Attributes:
        id: its ARM id.
        tenant_id: the Entra tenant of its subscription.
        location: its region, for example ``swedencentral``.
        endpoint: where its data plane answers, if that does not follow from its name.
        surface: where jobs are asked for, `classic`, `v1` or `projects/NAME`; chosen if left out.
        create: make it.
    """

    id: str
    tenant_id: str
    location: str
    endpoint: str | None = None
    surface: str | None = None
    create: CreateSettings | None = None


def read_cloud(name: Any, environment: Mapping[str, str], problems: list[str]) -> Cloud | None:
    """The cloud of a stack; None if it is not known, which is added to ``problems``."""
    try:
        return find_cloud(str(name or "public"), environment)
    except ConfigurationError as error:
        problems.append(f"cloud: {error}")
        return None


def locate(
    cloud: Cloud, accounts: Mapping[str, AccountSettings], problems: list[str]
) -> dict[str, Account]:
    """The accounts with the addresses of their cloud."""
    located = {}
    for key, settings in accounts.items():
        try:
            located[key] = Account(
                id=settings.id,
                endpoint=settings.endpoint or cloud.endpoint_of(settings.id),
                tenant_id=settings.tenant_id,
                location=settings.location,
                cloud=cloud,
                surface=settings.surface or "",
            )
        except ConfigurationError as error:
            problems.append(f"accounts.{key}{_by_setting(str(error))}")
    return located


_OF_AN_ACCOUNT = re.compile(r"Account '.*': (\w+) is not valid; ")


def _by_setting(error: str) -> str:
    """What is wrong with an account, behind its key: the setting, and what to write."""
    text = _OF_AN_ACCOUNT.sub(r".\1: ", error, count=1).replace("tenant_id", "tenantId")
    return text if text.startswith(".") else f": {text}"
