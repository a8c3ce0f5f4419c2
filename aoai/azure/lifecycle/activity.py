"""What a refresh sees of a deployment: whether it is there, and who uses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import same_name, same_sku
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.account_place import find_account
from aoai.azure.lifecycle.deployment_claim import iso
from aoai.azure.lifecycle.removal import DEVELOPER_SKU, IDLE_LIMIT, removal_due
from aoai.errors import AoaiError, ConfigurationError, NotFound


def look(clients: AccountClients, name: str) -> tuple[AccountClients, Deployment | None]:
    """A deployment, or None; and the clients of its account at the id that it has now.

    Raises:
        ConfigurationError: the account was moved to where it cannot be seen from here.
    """
    try:
        return clients, _find(clients, name)
    except NotFound:  # the account
        here = find_account(clients)
    return (here, _find(here, name)) if here else (clients, None)


def _find(clients: AccountClients, name: str) -> Deployment | None:
    """A deployment from the account's list; absence there is confirmed by a fresh look."""
    for deployment in clients.inventory.deployments():
        if same_name(deployment.name, name):
            return deployment
    try:
        return clients.deployments.get_deployment(name)
    except NotFound:
        return None


def activity(
    clients: AccountClients, name: str, *, model: str, sku: str, created_at: datetime | None
) -> dict[str, Any]:
    """Use of a deployment as Monitor counts it, and the day on which the service will remove it.

    Whatever keeps Monitor from answering, this one reading is unknown and nothing else fails.

    Returns:
        ``calls`` and ``last_inference_at`` within the month at most that Monitor answers for,
        ``deleted_on``, ``observed_at`` by the service's clock, and ``unknown``: why the rest is not
        to be relied on, or None. Times are ISO 8601, UTC, or None.

    Raises:
        ConfigurationError: a setting of this machine has to be corrected first.
    """
    try:
        report = clients.inventory.activity()
    except ConfigurationError:
        raise
    except AoaiError as error:
        return _reading(unknown=str(error))
    needed_since = max(report.observed_at - IDLE_LIMIT, created_at or report.since)
    used = report.of(name, needed_since)
    depends_on_use = not same_sku(sku, DEVELOPER_SKU)
    due = created_at and removal_due(model, sku, created_at, used.last_inference_at)
    return _reading(
        calls=used.calls,
        last_inference_at=iso(used.last_inference_at),
        deleted_on=None if used.unknown and depends_on_use else iso(due),
        observed_at=iso(report.observed_at),
        unknown=used.unknown or None,
    )


def _reading(**known: Any) -> dict[str, Any]:
    names = ("calls", "last_inference_at", "deleted_on", "observed_at", "unknown")
    return {name: known.get(name) for name in names}


def was_due(seen: dict[str, Any]) -> bool:
    """Whether the day of removal had come when the activity was read."""
    due, now = seen.get("deleted_on"), seen.get("observed_at")
    return bool(due and now and datetime.fromisoformat(now) >= datetime.fromisoformat(due))
