"""Copies of checkpoints under way, which arrive at their pace."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.job_records import trained_models
from aoai_emulator.state.store import Table

_ALL = ""


@dataclass(frozen=True)
class Copy:
    """A copy of a checkpoint's model to the account with the ARM id ``destination``."""

    id: str
    checkpoint: str
    model: str
    source: str
    destination: str
    region: str
    began_at: float
    polls: int = 0
    reached: float = 0.0
    status: str = "InProgress"


def _table(backend: Backend) -> Table[Copy]:
    return Table(backend.store, Copy)


def keep(backend: Backend, copy: Copy) -> None:
    """Keep a new copy, or a changed one."""
    _table(backend).put(_ALL, copy)


def of_checkpoint(backend: Backend, checkpoint: str) -> list[Copy]:
    """The copies of a checkpoint, oldest first."""
    return [copy for copy in _table(backend).list(_ALL) if copy.checkpoint == checkpoint]


def catch_up(backend: Backend) -> None:
    """Let the copies arrive that are due."""
    for copy in _under_way(backend):
        step, now = backend.pace.of("copies"), backend.clock.now()
        if step.progress(copy.reached, copy.began_at, copy.polls, now) >= 1:
            keep(backend, replace(copy, status="Completed"))
            _arrive(backend, copy)


def push(backend: Backend, account: str) -> None:
    """Let the copies that leave an account arrive at the next call."""
    for copy in _under_way(backend):
        if copy.source == account:
            keep(backend, replace(copy, reached=1.0))


def _under_way(backend: Backend) -> list[Copy]:
    return _table(backend).list_without(_ALL, "status", ("Completed",))


def _arrive(backend: Backend, copy: Copy) -> None:
    target = backend.world.account_by_id(copy.destination)
    model = trained_models(backend).get(copy.source, copy.model)
    if target and model:
        # It keeps its name, can be deployed, and no list shows it.
        arrived = replace(model, account=target.name, listed=False)
        trained_models(backend).put(target.name, arrived)
