"""Accounts that calls made, changed or deleted, and the world with them in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aoai_emulator.state.store import Store, Table
from aoai_emulator.state.world import Account, World
from aoai_emulator.state.world_parts import ResourceGroup

_SCOPE: Final = "accounts"
ACCOUNT_KINDS: Final = ("OpenAI", "AIServices")
SOFT_DELETED_FOR: Final = 48 * 3600.0
"""Seconds that a deleted account can be restored and holds its name (Azure's docs: 48 hours)."""


@dataclass(frozen=True)
class MadeAccount:
    """An account that a call made or changed; one of the world file has none before.

    Attributes:
        id: the lower-cased name.
        location: the region's own name; ``location_sent`` is what the caller wrote.
        properties: what was sent of ``properties``.
        revision: counts the writes; the ETag follows from it.
    """

    id: str
    name: str
    subscription_id: str
    tenant_id: str
    resource_group: str
    location: str
    location_sent: str
    kind: str
    sku: dict[str, Any]
    created_at: float
    created_by: str
    modified_at: float
    modified_by: str
    tags: dict[str, str] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    identity: str | None = None
    state: str = "Succeeded"
    operation: str = ""
    revision: int = 1
    deleted_at: float | None = None

    def account(self) -> Account:
        """The account as the world has it."""
        return Account(
            name=self.name,
            subscription_id=self.subscription_id,
            tenant_id=self.tenant_id,
            resource_group=self.resource_group,
            location=self.location,
            kind=self.kind,
            local_auth=not self.properties.get("disableLocalAuth", False),
            identity=self.identity,
            custom_domain=bool(self.properties.get("customSubDomainName")),
            state=self.state,
        )


def record_of(account: Account, made: MadeAccount | None, now: float, author: str) -> MadeAccount:
    """The record of an account; one of the world file gets it with its first change."""
    if made and made.deleted_at is None:
        return made
    properties: dict[str, Any] = {"disableLocalAuth": not account.local_auth}
    if account.custom_domain:
        properties["customSubDomainName"] = account.name
    return MadeAccount(
        id=account.name.lower(),
        name=account.name,
        subscription_id=account.subscription_id,
        tenant_id=account.tenant_id,
        resource_group=account.resource_group,
        location=account.location,
        location_sent=account.location,
        kind=account.kind,
        sku={"name": "S0"},
        created_at=now,
        created_by=author,
        modified_at=now,
        modified_by=author,
        tags={},
        properties=properties,
        identity=account.identity,
        state=account.state,
    )


class MadeAccounts:
    """The accounts that calls made, and the world as it is with them."""

    def __init__(self, store: Store, given: World) -> None:
        self._table = Table(store, MadeAccount)
        self._store = store
        self._given = given
        self._seen: list[tuple[Any, ...]] = []
        self._world = given

    def get(self, name: str) -> MadeAccount | None:
        """The record of a name, also of a deleted account."""
        return self._table.get(_SCOPE, name.lower())

    def put(self, record: MadeAccount) -> MadeAccount:
        """Keep a record."""
        return self._table.put(_SCOPE, record)

    def move(
        self, name: str, now: float, *, group: str = "", subscription: str = ""
    ) -> MadeAccount:
        """Move an account to another resource group or subscription of its tenant, as ARM does.

        Its name, its endpoint and all that is in it stay; its old id names nothing any more.

        Raises:
            KeyError: there is no such account or subscription.
        """
        world = self.world()
        account = world.account(name)
        target = world.subscription(subscription) if subscription else None
        if account is None or (subscription and target is None):
            raise KeyError(name if account is None else subscription)
        made = record_of(account, self.get(account.name), now, "")
        return self.put(
            replace(
                made,
                resource_group=group or made.resource_group,
                subscription_id=target.id if target else made.subscription_id,
                revision=made.revision + 1,
            )
        )

    def forget(self, name: str) -> None:
        """Drop a record for good."""
        self._table.delete(_SCOPE, name.lower())

    def deleted(self, now: float) -> list[MadeAccount]:
        """The accounts that can be restored."""
        return [
            each
            for each in self._table.list(_SCOPE)
            if each.deleted_at is not None and now < each.deleted_at + SOFT_DELETED_FOR
        ]

    def groups(self) -> list[ResourceGroup]:
        """The resource groups: those of the world file, then those of its and of new accounts."""
        found = {
            (g.subscription_id.lower(), g.name.lower()): g for g in self._given.resource_groups
        }
        for each in (*self._given.accounts, *self.world().accounts):
            key = (each.subscription_id.lower(), each.resource_group.lower())
            group = ResourceGroup(each.resource_group, each.subscription_id, each.location)
            found.setdefault(key, group)
        return list(found.values())

    def world(self) -> World:
        """The world with these accounts; read from the store, as calls may have changed it."""
        rows = self._store.read(
            MadeAccount.__name__,
            "SELECT body FROM objects WHERE kind = ? AND scope = ? ORDER BY seq",
            (MadeAccount.__name__, _SCOPE),
        )
        if rows != self._seen:
            self._world = self._with([MadeAccount(**json.loads(body)) for (body,) in rows])
            self._seen = rows
        return self._world

    def _with(self, made: list[MadeAccount]) -> World:
        changed = {each.id for each in made}
        kept = [each for each in self._given.accounts if each.name.lower() not in changed]
        there = [each.account() for each in made if each.deleted_at is None]
        return replace(self._given, accounts=(*kept, *there))
