"""The accounts of a stack's settings, and where they are."""

from __future__ import annotations

from collections.abc import Mapping

from aoai.azure.account import Account
from aoai.errors import ConfigurationError
from aoai_components.clouds import find_cloud
from aoai_components.entries import Entry


class CreateSettings(Entry, frozen=True, kw_only=True):
    """An account that the stack makes, with pulumi-azure-native.

    Attributes:
        kind: ``OpenAI`` or ``AIServices``.
        sku: its price tier.
        public_network_access: ``Enabled`` or ``Disabled``.
        tags: its tags.
    """

    kind: str = "OpenAI"
    sku: str = "S0"
    public_network_access: str = "Enabled"
    tags: dict[str, str] | None = None


class AccountSettings(Entry, frozen=True, kw_only=True):
    """An Azure OpenAI account, one that exists unless ``create`` is given.

    Attributes:
        id: its ARM id.
        tenant_id: the Entra tenant of its subscription.
        location: its region, for example ``swedencentral``.
        endpoint: where its data plane answers, if that does not follow from its name.
        create: make it, in a resource group that exists.
    """

    id: str
    tenant_id: str
    location: str
    endpoint: str | None = None
    create: CreateSettings | None = None


def locate(
    cloud: str,
    accounts: Mapping[str, AccountSettings],
    environment: Mapping[str, str],
    problems: list[str],
) -> dict[str, Account]:
    """The accounts with the addresses of their cloud."""
    try:
        where = find_cloud(cloud, environment)
    except ConfigurationError as error:
        problems.append(f"cloud: {error}")
        where = find_cloud("public", environment)  # so that the accounts are checked too
    located = {}
    for key, settings in accounts.items():
        try:
            located[key] = Account(
                id=settings.id,
                endpoint=settings.endpoint or where.endpoint_of(settings.id),
                tenant_id=settings.tenant_id,
                location=settings.location,
                cloud=where,
            )
        except ConfigurationError as error:
            reason = str(error).replace("tenant_id", "tenantId")
            problems.append(f"accounts.{key}: {reason}")
    return located
