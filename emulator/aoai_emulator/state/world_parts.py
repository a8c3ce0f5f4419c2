"""What a world is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True)
class Tenant:
    """An Entra tenant."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class Subscription:
    """A subscription and the id of the tenant that owns it.

    Attributes:
        registered: whether it may use Microsoft.CognitiveServices; a new one in Azure may not.
    """

    id: str
    name: str
    tenant_id: str
    registered: bool = True


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group that is there without an account in it, or that has tags."""

    name: str
    subscription_id: str
    location: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """A Cognitive Services account; ``identity`` names a principal that acts for it."""

    name: str
    subscription_id: str
    tenant_id: str
    resource_group: str
    location: str
    kind: str = "OpenAI"
    local_auth: bool = True
    identity: str | None = None
    custom_domain: bool = True
    state: str = "Succeeded"

    @property
    def id(self) -> str:
        """The ARM resource id."""
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.CognitiveServices/accounts/{self.name}"
        )


@dataclass(frozen=True)
class Grant:
    """A role and the ARM scopes it is held at; a scope covers all that lies below it."""

    role: str
    scopes: tuple[str, ...]

    @cached_property
    def above(self) -> tuple[str, ...]:
        """What the ids of all that it covers begin with: lower case, a slash at the end."""
        return tuple(scope.lower().rstrip("/") + "/" for scope in self.scopes)


@dataclass(frozen=True)
class Principal:
    """An application, present as a service principal in each of ``tenant_ids``."""

    name: str
    client_id: str
    secret: str
    tenant_ids: tuple[str, ...]
    grants: tuple[Grant, ...]

    def object_id(self, tenant_id: str) -> str:
        """Its object id, which differs by tenant as in Entra."""
        return str(uuid5(NAMESPACE_URL, f"emulator/{tenant_id}/{self.client_id}"))


@dataclass(frozen=True)
class Quota:
    """A limit in thousand tokens a minute, where it is not the usual one."""

    subscription_id: str
    location: str
    name: str
    limit: int
