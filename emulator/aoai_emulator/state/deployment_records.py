"""Deployments, their operations and their removals, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.store import Table


@dataclass(frozen=True)
class Deployment:
    """A deployment; its id is its lower-cased name. ``operation`` is the last one on it."""

    id: str
    name: str
    account: str
    model: dict[str, Any]
    sku: dict[str, Any]
    base: str
    tuned: bool
    training_file: str | None
    training_account: str | None
    created_at: float
    modified_at: float
    created_by: str
    modified_by: str
    operation: str
    state: str = "Creating"
    ready_at: float | None = None
    last_call_at: float | None = None
    rai_policy: str = "Microsoft.DefaultV2"
    upgrade: str = "OnceNewDefaultVersionAvailable"
    tags: dict[str, str] | None = None
    running: str = "Running"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """An asynchronous operation of ARM on a deployment."""

    id: str
    account: str
    deployment: str
    kind: str  # put, patch, delete, pause, resume
    started_at: float
    looks: int = 0
    reached: float = 0.0
    since: float = 0.0
    status: str = "InProgress"
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
