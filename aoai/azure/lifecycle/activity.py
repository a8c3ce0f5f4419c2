"""What a refresh sees of a deployment: whether it is there, and who uses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aoai.azure.arm.deployments import Deployment
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.removal import removal_due
from aoai.errors import NotFound


def find(connection: AccountClients, name: str) -> Deployment | None:
    """A deployment from the account's list; absence there is confirmed by a fresh look."""
    for deployment in connection.inventory.deployments():
        if deployment.name.lower() == name.lower():
            return deployment
    try:
        return connection.deployments.get_deployment(name)
    except NotFound:
        return None


def activity(
    connection: AccountClients, name: str, *, model: str, sku: str, created_at: datetime | None
) -> dict[str, Any]:
    """Use of a deployment as Monitor counts it, and the day on which the service will remove it.

    Returns:
        ``calls`` and ``last_inference_at`` within Monitor's 93 days, ``deleted_on``, and
        ``observed_at`` by the service's clock; times are ISO 8601, UTC, or None.

    Raises:
        Unauthorized: the caller may not read metrics (role Monitoring Reader).
    """
    report = connection.inventory.activity()
    used = report.of(name)
    due = created_at and removal_due(model, sku, created_at, used.last_inference_at)
    return {
        "calls": used.calls,
        "last_inference_at": iso(used.last_inference_at),
        "deleted_on": iso(due),
        "observed_at": iso(report.observed_at),
    }


def was_due(seen: dict[str, Any]) -> bool:
    """Whether the day of removal had come when the activity was read."""
    due, now = seen.get("deleted_on"), seen.get("observed_at")
    return bool(due and now and datetime.fromisoformat(now) >= datetime.fromisoformat(due))


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 to the second, or None."""
    return moment.isoformat(timespec="seconds") if moment else None
