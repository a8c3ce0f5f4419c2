"""Deployments as time goes by: operations end, idle deployments go, each when it was due."""

from __future__ import annotations

from dataclasses import replace

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.deployment_records import (
    Deployment,
    Operation,
    Removal,
    deployments,
    operations,
    removals,
)

_DAY = 86_400.0
_HOUR = 3_600.0
_OPERATIONS_KEPT = 50


def settle(backend: Backend, account: str) -> None:
    """End the operations that are due, then take away the deployments that are."""
    for operation in _under_way(backend, account):
        _advance(backend, operation)
    for deployment in deployments(backend).list(account):
        _remove_if_due(backend, deployment)


def busy(backend: Backend, account: str) -> Operation | None:
    """The operation that holds the account, if there is one."""
    return next(iter(_under_way(backend, account)), None)


def _under_way(backend: Backend, account: str) -> list[Operation]:
    return operations(backend).list_without(account, "status", ("Succeeded",))


def begin(backend: Backend, account: str, deployment: str, kind: str) -> Operation:
    """Start an operation."""
    now = backend.clock.now()
    for old in operations(backend).list(account)[:-_OPERATIONS_KEPT]:
        operations(backend).delete(account, old.id)
    operation = Operation(backend.ids.new(), account, deployment, kind, started_at=now, since=now)
    return operations(backend).put(account, operation)


def removal_due(backend: Backend, deployment: Deployment) -> tuple[float, str] | None:
    """When the service takes an uncalled deployment away, and why; None if it never does."""
    settings = backend.settings
    if deployment.sku["name"] == "DeveloperTier":
        return deployment.created_at + settings.developer_hours * _HOUR, "developer-tier"
    if not deployment.tuned or (settings.paused_stays and deployment.running == "Paused"):
        return None
    since = max(deployment.created_at, deployment.last_call_at or 0.0)
    return since + settings.idle_days * _DAY, "idle"


def _advance(backend: Backend, operation: Operation) -> None:
    step = backend.pace.of("deployments")
    now = backend.clock.now()
    if step.progress(operation.reached, operation.since, operation.looks, now) < 1:
        return
    moment = step.moment(1.0, operation.reached, operation.since, now)
    ended = replace(operation, status="Succeeded", ended_at=moment)
    operations(backend).put(operation.account, ended)
    deployment = deployments(backend).get(operation.account, operation.deployment)
    if deployment is None:
        return
    if operation.kind == "delete":
        deployments(backend).delete(operation.account, deployment.id)
    else:
        ready = deployment.ready_at if deployment.ready_at is not None else moment
        done = replace(deployment, state="Succeeded", ready_at=ready)
        deployments(backend).put(operation.account, done)


def _remove_if_due(backend: Backend, deployment: Deployment) -> None:
    due = removal_due(backend, deployment)
    if due is None or due[0] > backend.clock.now() or deployment.state == "Deleting":
        return
    deployments(backend).delete(deployment.account, deployment.id)
    removal = Removal(backend.ids.new(), deployment.name, due[1], due[0])
    removals(backend).put(deployment.account, removal)
