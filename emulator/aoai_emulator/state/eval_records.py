"""Evaluations, their runs and what came of each item, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.store import Table

ENDED: Final = ("completed", "failed", "canceled")


@dataclass(frozen=True)
class Eval:
    """An evaluation: the form of its data and the criteria, each with an id."""

    id: str
    name: str
    created_at: float
    updated_at: float
    config: dict[str, Any]
    criteria: list[dict[str, Any]]
    metadata: dict[str, str]


@dataclass(frozen=True)
class EvalRun:
    """A run. ``counts`` and ``by_criterion`` are there once it has ended."""

    id: str
    eval_id: str
    name: str
    created_at: float
    data_source: dict[str, Any]
    model: str | None
    metadata: dict[str, str]
    status: str = "queued"
    polls: int = 0
    counts: dict[str, int] | None = None
    by_criterion: list[dict[str, Any]] | None = None
    usage: list[dict[str, Any]] | None = None
    error: dict[str, str] | None = None


@dataclass(frozen=True)
class OutputItem:
    """What came of one item of a run's data."""

    id: str
    run_id: str
    eval_id: str
    created_at: float
    status: str
    place: int
    item: dict[str, Any]
    digest: str
    results: list[dict[str, Any]]
    sample: dict[str, Any] | None = None


def evals(backend: Backend) -> Table[Eval]:
    """Evaluations by account."""
    return Table(backend.store, Eval)


def runs(backend: Backend) -> Table[EvalRun]:
    """Runs by evaluation."""
    return Table(backend.store, EvalRun)


def output_items(backend: Backend) -> Table[OutputItem]:
    """Output items by run."""
    return Table(backend.store, OutputItem)
