"""What a report is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aoai.catalog import Amount

Curve = tuple[tuple[float, float], ...]
"""Points ``(step, value)``."""


@dataclass(frozen=True, kw_only=True)
class FileFact:
    """A file that a model was trained or measured on.

    Attributes:
        name: the resource.
        role: ``training`` or ``validation``.
        source: where it came from: a path, a URL without its query, or an id.
        sha256: of its content; None if it was not read here.
        examples: lines; None if it was not read here.
        size: in bytes; None if it was not read here.
        file_id: its id in the account.
    """

    name: str
    role: str
    source: str
    sha256: str | None
    examples: int | None
    size: int | None
    file_id: str


@dataclass(frozen=True, kw_only=True)
class CheckpointFact:
    """A checkpoint: its step, its model and what was measured."""

    step: int
    model: str
    metrics: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class DeploymentFact:
    """A place where a model is served.

    Attributes:
        key: the resource.
        model: the model's name.
        calls: in the days that Monitor answers for; None if that was not read.
        last_call: when it was called last; None if never or not read.
        removed_on: when the service removes it if nobody calls; None if not read.
        days_left: whole days until then, from when that was read.
        removed: it is gone, because nobody called.
        monthly: hosting of a month in USD; None if no price is known.
    """

    key: str
    name: str
    model: str
    account: str
    region: str
    tenant: str
    sku: str
    capacity: int | None
    calls: int | None = None
    last_call: datetime | None = None
    removed_on: datetime | None = None
    days_left: int | None = None
    removed: bool = False
    monthly: Amount | None = None


@dataclass(frozen=True, kw_only=True)
class ModelFact:
    """A model: what it was made from, how its training went, and where it is served.

    Attributes:
        key: the resource.
        stack: the stack that holds it.
        name: of the model that is served, or of its checkpoint; None while it is trained.
        status: of the job, as last read.
        billed_usd: list price of what was billed; None if it is not known.
        sentence: how validation compares with training; empty if nothing was measured.
    """

    key: str
    stack: str
    name: str | None
    base_model: str
    method: str
    account: str
    region: str
    job_id: str
    status: str
    files: tuple[FileFact, ...] = ()
    hyperparameters: Mapping[str, float | str] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    checkpoints: tuple[CheckpointFact, ...] = ()
    best_step: int | None = None
    sentence: str = ""
    trained_tokens: int | None = None
    billed_usd: float | None = None
    retires_at: datetime | None = None
    deployments: tuple[DeploymentFact, ...] = ()

    @property
    def served_step(self) -> int | None:
        """The step of the checkpoint that is served; None if that is not among those kept."""
        return next((c.step for c in self.checkpoints if c.model == self.name), None)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One or several stacks at a time.

    Attributes:
        title: what it is of.
        source: where its facts are from, and as of when.
        stacks: the names of the stacks; empty for accounts.
        at: when it was made.
        models: in the order of their keys.
        others: deployments of models that no stack here trains.
    """

    title: str
    source: str
    stacks: tuple[str, ...]
    at: datetime
    models: tuple[ModelFact, ...]
    others: tuple[DeploymentFact, ...] = ()

    @property
    def fleet(self) -> tuple[DeploymentFact, ...]:
        """All deployments: removed ones first, then by the days until their removal."""
        every = [d for model in self.models for d in model.deployments] + [*self.others]
        return tuple(sorted(every, key=_by_removal))

    @property
    def monthly(self) -> Amount:
        """Hosting of a month in USD, of the deployments whose price is known."""
        total = Amount.of(0)
        for deployment in self.fleet:
            if deployment.monthly is not None:
                total += deployment.monthly
        return total


def _by_removal(deployment: DeploymentFact) -> tuple[bool, float, str]:
    days = math.inf if deployment.days_left is None else deployment.days_left
    return not deployment.removed, days, deployment.key
