"""The Azure OpenAI account of a file, job or deployment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aoai_policies.facts.resource import Resource
from aoai_policies.values import UNKNOWN, Properties, UnknownType, section, text

_ARM_ID = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/[^/]+/accounts/([^/]+)", re.IGNORECASE
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Account:
    """An Azure OpenAI account.

    Attributes:
        id: its ARM id.
        location: its region, as ARM writes it.
        tenant_id: the tenant of its subscription.
        depends_on: URNs of the resources that its description comes from.
        group: its resource group, where the id is not known but this is.
        own_name: its name, where the id is not known but this is.
        resource_manager: host of its cloud's resource manager; None for the public cloud's.
    """

    id: str | UnknownType
    location: str | UnknownType
    depends_on: frozenset[str]
    tenant_id: str | UnknownType = UNKNOWN
    group: str | UnknownType = UNKNOWN
    own_name: str | UnknownType = UNKNOWN
    resource_manager: str | None = None

    @property
    def name(self) -> str | UnknownType:
        """The last part of the account's ARM id."""
        if self.id is UNKNOWN:
            return self.own_name
        return self.id.rstrip("/").rpartition("/")[2]

    @property
    def parts(self) -> tuple[str | UnknownType, str | UnknownType, str | UnknownType]:
        """Subscription, resource group and name, in lower case, as far as they are known."""
        match = None if self.id is UNKNOWN else _ARM_ID.search(self.id)
        if match is not None:
            return (match[1].lower(), match[2].lower(), match[3].lower())
        return (UNKNOWN, _lower(self.group), _lower(self.name))

    @property
    def is_emulated(self) -> bool:
        """Whether its resource manager is on this machine: an emulator, with a clock of its own."""
        return self.resource_manager in _LOOPBACK


def account_of(resource: Resource, name: str = "account") -> Account:
    """The account that a property describes."""
    values = section(resource.properties, name)
    location = text(values, "location")
    return Account(
        id=text(values, "id"),
        location=location if location is UNKNOWN else location.replace(" ", "").lower(),
        depends_on=resource.sources(name),
        tenant_id=_lower(text(values, "tenant_id")),
        resource_manager=_host(section(values, "cloud")),
    )


def account_of_id(arm_id: str | UnknownType, depends_on: frozenset[str]) -> Account:
    """An account of which only the ARM id is written down."""
    return Account(id=arm_id, location=UNKNOWN, depends_on=depends_on)


def _host(cloud: Properties) -> str | None:
    url = text(cloud, "resource_manager")
    try:
        return None if url is UNKNOWN else urlsplit(url).hostname
    except ValueError:
        return None


def _lower(value: str | UnknownType) -> str | UnknownType:
    return value if value is UNKNOWN else value.lower()
