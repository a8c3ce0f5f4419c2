"""Deployments, their operations and their removals, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.store import Table

RUNNING: Final = "Running"
"""The status of an operation of a deployment that has not ended."""
ENDED: Final = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Deployment:
    """A deployment; its id is its lower-cased name.

    Attributes:
        sku: name and capacity as they were sent; ``sku_name`` is the SKU's own spelling.
        operation: the last one on it; empty where it was done in the answer.
        etag: changes with each write, not with the state.
    """

    id: str
    name: str
    account: str
    model: dict[str, Any]
    sku: dict[str, Any]
    base: str
    tuned: bool
    training_file: str | None
    created_at: float
    modified_at: float
    created_by: str
    modified_by: str
    operation: str
    state: str = "Creating"
    ready_at: float | None = None
    last_call_at: float | None = None
    rai_policy: str | None = None
    upgrade: str = "OnceNewDefaultVersionAvailable"
    sku_name: str = ""
    etag: str = ""
    tags: dict[str, str] | None = None
    running: str = "Running"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """An asynchronous operation of ARM on a deployment, or on an account (no deployment)."""

    id: str
    account: str
    deployment: str
    kind: str  # put, patch, delete, account
    started_at: float
    polls: int = 0
    reached: float = 0.0
    since: float = 0.0
    status: str = RUNNING
    fails: bool = False
    location: str = ""
    ended_at: float | None = None
    error: dict[str, str] | None = None


@dataclass(frozen=True)
class Removal:
    """A deployment that the service took away by itself."""

    id: str
    name: str
    reason: str  # idle or developer-tier
    at: float


def deployments(backend: Backend) -> Table[Deployment]:
    """Deployments by account."""
    return Table(backend.store, Deployment)


def operations(backend: Backend) -> Table[Operation]:
    """Operations by account."""
    return Table(backend.store, Operation)


def removals(backend: Backend) -> Table[Removal]:
    """Removals by account."""
    return Table(backend.store, Removal)
