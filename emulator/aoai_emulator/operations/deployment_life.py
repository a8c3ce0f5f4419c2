"""Deployments as time goes by: operations end, idle deployments go, each when it was due."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.deployment_records import (
    ENDED,
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
_FAILURE = {
    "code": "DeploymentFailed",
    "message": "The deployment could not be made. Delete it and try again.",
}


@dataclass(frozen=True)
class Change:
    """A deployment as it is now, and the operation that goes on, if it is not done."""

    deployment: Deployment
    operation: Operation | None


def catch_up(backend: Backend, account: str) -> None:
    """End the operations that are due, then take away the deployments that are."""
    for operation in _under_way(backend, account):
        _advance(backend, operation)
    for deployment in deployments(backend).list(account):
        _remove_if_due(backend, deployment)


def busy(backend: Backend, account: str) -> Operation | None:
    """The operation that holds the account, if there is one."""
    return next(iter(_under_way(backend, account)), None)


def _under_way(backend: Backend, account: str) -> list[Operation]:
    return operations(backend).list_without(account, "status", ENDED)


def change(backend: Backend, deployment: Deployment, kind: str) -> Change:
    """Put, patch or delete a deployment: at once, or by an operation that goes on.

    Base models, and everything at the pace ``immediate``, are done in the answer.
    """
    if not _takes_time(backend, deployment, kind):
        return Change(_done(backend, deployment, kind, backend.clock.now()), None)
    fails = kind == "put" and deployment.tuned and backend.settings.deployments_fail
    operation = begin(backend, deployment.account, deployment.id, kind, fails=fails)
    state = "Deleting" if kind == "delete" else deployment.state
    made = replace(deployment, state=state, operation=operation.id)
    return Change(deployments(backend).put(deployment.account, made), operation)


def _takes_time(backend: Backend, deployment: Deployment, kind: str) -> bool:
    settings = backend.settings
    if not deployment.tuned and settings.base_models_at_once:
        return False
    if kind == "delete" and not settings.deployment_delete_async:
        return False
    if kind == "put" and settings.deployments_fail:
        return True
    return backend.pace.of("deployments").mode != "immediate"


def begin(
    backend: Backend,
    account: str,
    deployment: str,
    kind: str,
    *,
    fails: bool = False,
    location: str = "",
) -> Operation:
    """Start an operation."""
    now = backend.clock.now()
    for old in operations(backend).list(account)[:-_OPERATIONS_KEPT]:
        operations(backend).delete(account, old.id)
    operation = Operation(
        backend.ids.uuid(),
        account,
        deployment,
        kind,
        started_at=now,
        since=now,
        fails=fails,
        location=location,
    )
    return operations(backend).put(account, operation)


def removal_due(backend: Backend, deployment: Deployment) -> tuple[float, str] | None:
    """When the service takes an uncalled deployment away, and why; None if it never does."""
    settings = backend.settings
    if deployment.sku_name == "DeveloperTier":
        return deployment.created_at + settings.developer_hours * _HOUR, "developer-tier"
    if not deployment.tuned or (settings.paused_stays and deployment.running == "Paused"):
        return None
    since = max(deployment.created_at, deployment.last_call_at or 0.0)
    return since + settings.idle_days * _DAY, "idle"


def _advance(backend: Backend, operation: Operation) -> None:
    step = backend.pace.of("deployments" if operation.deployment else "accounts")
    now = backend.clock.now()
    if step.progress(operation.reached, operation.since, operation.polls, now) < 1:
        return
    moment = step.moment(1.0, operation.reached, operation.since, now)
    ended = replace(operation, status="Succeeded", ended_at=moment)
    if operation.fails:
        ended = replace(ended, status="Failed", error=operation.error or dict(_FAILURE))
    operations(backend).put(operation.account, ended)
    if operation.kind == "account" and (made := backend.accounts.get(operation.account)):
        backend.accounts.put(replace(made, state=ended.status))
    deployment = deployments(backend).get(operation.account, operation.deployment)
    if deployment is None:
        return
    if operation.fails:
        deployments(backend).put(operation.account, replace(deployment, state="Failed"))
    else:
        _done(backend, deployment, operation.kind, moment)


def _done(backend: Backend, deployment: Deployment, kind: str, moment: float) -> Deployment:
    """What an operation leaves."""
    if kind == "delete":
        deployments(backend).delete(deployment.account, deployment.id)
        return deployment
    ready = deployment.ready_at if deployment.ready_at is not None else moment
    done = replace(deployment, state="Succeeded", ready_at=ready)
    return deployments(backend).put(deployment.account, done)


def _remove_if_due(backend: Backend, deployment: Deployment) -> None:
    due = removal_due(backend, deployment)
    if due is None or due[0] > backend.clock.now() or deployment.state == "Deleting":
        return
    deployments(backend).delete(deployment.account, deployment.id)
    removal = Removal(backend.ids.new(), deployment.name, due[1], due[0])
    removals(backend).put(deployment.account, removal)
