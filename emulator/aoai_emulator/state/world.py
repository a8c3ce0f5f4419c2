"""The world the emulator plays: tenants, subscriptions, accounts, principals and their roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from aoai_emulator.state.world_parts import (
    Account,
    Grant,
    Principal,
    Quota,
    ResourceGroup,
    Subscription,
    Tenant,
)

__all__ = ["Account", "Principal", "Subscription", "Tenant", "World", "WorldError"]

_DEFAULT = Path(__file__).with_name("default_world.yaml")


class WorldError(ValueError):
    """A world file names something that it does not define, or lacks a field."""


@dataclass(frozen=True)
class World:
    """Everything that exists before the first call."""

    tenants: tuple[Tenant, ...]
    subscriptions: tuple[Subscription, ...]
    accounts: tuple[Account, ...]
    principals: tuple[Principal, ...]
    quotas: tuple[Quota, ...] = ()
    resource_groups: tuple[ResourceGroup, ...] = ()

    @classmethod
    def default(cls) -> Self:
        """Two tenants, three subscriptions, four accounts, three principals."""
        return cls.load(_DEFAULT)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a world from a YAML file; WorldError says what is wrong with it."""
        data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        try:
            return cls.parse(data)
        except (KeyError, TypeError) as error:
            raise WorldError(f"{path}: {type(error).__name__}: {error}") from error

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Build a world from the mapping that a world file holds."""
        tenants = tuple(Tenant(**item) for item in data["tenants"])
        tenant_ids = {tenant.name: tenant.id for tenant in tenants}
        subscriptions = tuple(_subscription(item, tenant_ids) for item in data["subscriptions"])
        accounts = tuple(_account(item, subscriptions) for item in data["accounts"])
        scopes = {item.name: f"/subscriptions/{item.id}" for item in subscriptions}
        scopes |= {item.name: item.id for item in accounts}
        principals = tuple(_principal(item, tenant_ids, scopes) for item in data["principals"])
        ids = {item.name: item.id for item in subscriptions}
        quotas = tuple(
            Quota(_named(ids, item["subscription"]), item["location"], item["name"], item["limit"])
            for item in data.get("quotas", ())
        )
        groups = tuple(_group(item, ids) for item in data.get("resource_groups", ()))
        return cls(tenants, subscriptions, accounts, principals, quotas, groups)

    def data(self) -> dict[str, Any]:
        """The mapping that ``parse`` makes this world of."""
        subscriptions = {item.id: item for item in self.subscriptions}
        return {
            "tenants": [asdict(item) for item in self.tenants],
            "subscriptions": [self._subscription_data(item) for item in self.subscriptions],
            "accounts": [
                {
                    "name": item.name,
                    "subscription": subscriptions[item.subscription_id].name,
                    "resource_group": item.resource_group,
                    "location": item.location,
                    "kind": item.kind,
                    "local_auth": item.local_auth,
                    "identity": item.identity,
                    "custom_domain": item.custom_domain,
                    "state": item.state,
                }
                for item in self.accounts
            ],
            "principals": [self._principal_data(item) for item in self.principals],
            "quotas": [
                {
                    "subscription": subscriptions[item.subscription_id].name,
                    "location": item.location,
                    "name": item.name,
                    "limit": item.limit,
                }
                for item in self.quotas
            ],
            "resource_groups": [_group_data(item, subscriptions) for item in self.resource_groups],
        }

    def _subscription_data(self, item: Subscription) -> dict[str, Any]:
        return {
            "id": item.id,
            "name": item.name,
            "tenant": self._tenant_name(item.tenant_id),
            "registered": item.registered,
        }

    def _principal_data(self, item: Principal) -> dict[str, Any]:
        return {
            "name": item.name,
            "client_id": item.client_id,
            "secret": item.secret,
            "tenants": [self._tenant_name(each) for each in item.tenant_ids],
            "grants": [{"role": g.role, "scopes": list(g.scopes)} for g in item.grants],
        }

    def _tenant_name(self, tenant_id: str) -> str:
        return next(item.name for item in self.tenants if item.id == tenant_id)

    def tenant(self, name: str) -> Tenant | None:
        """The tenant with this id, name or domain."""
        wanted = name.lower()
        return next((t for t in self.tenants if wanted in (t.id, t.name, t.domain)), None)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id."""
        wanted = subscription_id.lower()
        return next((s for s in self.subscriptions if s.id.lower() == wanted), None)

    def account(self, name: str) -> Account | None:
        """The account with this name; names are unique, as the host names in Azure are."""
        wanted = name.lower()
        return next((a for a in self.accounts if a.name.lower() == wanted), None)

    def account_by_id(self, resource_id: str) -> Account | None:
        """The account with this ARM id, in any letter case."""
        wanted = resource_id.lower().rstrip("/")
        return next((a for a in self.accounts if a.id.lower() == wanted), None)

    def principal(self, client_id: str) -> Principal | None:
        """The principal with this client id."""
        wanted = client_id.lower()
        return next((p for p in self.principals if p.client_id.lower() == wanted), None)

    def principal_named(self, name: str) -> Principal | None:
        """The principal with this name."""
        return next((p for p in self.principals if p.name == name), None)

    def quota(self, subscription_id: str, location: str, name: str, usual: int) -> int:
        """The limit of a usage, in thousand tokens a minute."""
        for quota in self.quotas:
            place = (quota.subscription_id.lower(), quota.location)
            if place == (subscription_id.lower(), location) and quota.name.lower() == name.lower():
                return quota.limit
        return usual


def _named(table: Mapping[str, str], name: str) -> str:
    if name not in table:
        raise WorldError(
            f"{name!r} is used but not defined; defined are: {', '.join(sorted(table))}"
        )
    return table[name]


def _group(item: Mapping[str, Any], ids: Mapping[str, str]) -> ResourceGroup:
    subscription = _named(ids, item["subscription"])
    return ResourceGroup(item["name"], subscription, item["location"], item.get("tags", {}))


def _group_data(item: ResourceGroup, subscriptions: Mapping[str, Subscription]) -> dict[str, Any]:
    return {
        "name": item.name,
        "subscription": subscriptions[item.subscription_id].name,
        "location": item.location,
        "tags": item.tags,
    }


def _subscription(item: Mapping[str, Any], tenant_ids: Mapping[str, str]) -> Subscription:
    tenant = _named(tenant_ids, item["tenant"])
    return Subscription(item["id"], item["name"], tenant, item.get("registered", True))


def _scope(scopes: Mapping[str, str], name: str) -> str:
    # A scope may also be an ARM id, such as that of a resource group.
    return name if name.startswith("/subscriptions/") else _named(scopes, name)


def _account(item: Mapping[str, Any], subscriptions: tuple[Subscription, ...]) -> Account:
    owner = {s.name: s for s in subscriptions}
    fields = dict(item)
    name = fields.pop("subscription")
    _named({key: s.id for key, s in owner.items()}, name)
    subscription = owner[name]
    return Account(subscription_id=subscription.id, tenant_id=subscription.tenant_id, **fields)


def _principal(
    item: Mapping[str, Any], tenant_ids: Mapping[str, str], scopes: Mapping[str, str]
) -> Principal:
    grants = tuple(
        Grant(grant["role"], tuple(_scope(scopes, scope) for scope in grant["scopes"]))
        for grant in item["grants"]
    )
    tenants = tuple(_named(tenant_ids, name) for name in item["tenants"])
    return Principal(item["name"], item["client_id"], item["secret"], tenants, grants)
