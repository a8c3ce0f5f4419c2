"""What a training measured, step by step, and a small part of it that shows the whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aoai.results.metrics import LENGTHS, METRICS, Point, best, named

POINTS = 50
"""Points of one metric that a small part keeps: one for each column of a narrow chart."""


_NO_METRICS = ("step", "total_steps")


@dataclass(frozen=True)
class Curves:
    """The measurements of a job.

    Attributes:
        points: by metric, in the order of steps; a metric that was never measured is left out.
        diverged: by metric, the first step at which it was no finite number.
    """

    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    diverged: Mapping[str, int] = field(default_factory=dict)

    @property
    def last_step(self) -> int | None:
        """The last step of all that was measured."""
        steps = [points[-1][0] for points in self.points.values() if points]
        return max(steps, default=None)

    def of(self, metric: str) -> tuple[Point, ...]:
        """The points of a metric; none if it was not measured."""
        return self.points.get(metric, ())

    def at(self, step: int) -> dict[str, float]:
        """What was measured after a step."""
        rows = ((metric, dict(points).get(step)) for metric, points in self.points.items())
        return {metric: value for metric, value in rows if value is not None}


def curves_of(measured: Iterable[tuple[int | None, Mapping[str, float]]]) -> Curves:
    """Curves of single measurements, such as those of events and checkpoints."""
    table: dict[str, dict[int, float]] = {}
    for step, metrics in measured:
        if step is not None:
            for name, value in named(metrics).items():
                if name not in _NO_METRICS:
                    table.setdefault(name, {})[step] = value
    return Curves({name: tuple(sorted(points.items())) for name, points in table.items()})


def small_part(curves: Curves, limit: int = POINTS) -> dict[str, list[list[float]]]:
    """Of each known metric at most ``limit`` points ``[step, value]``, to five digits."""
    return {
        name: [[step, _short(value)] for step, value in thinned(points, name, limit)]
        for name, points in curves.points.items()
        if points and (name in METRICS or name in LENGTHS)
    }


def thinned(points: Sequence[Point], metric: str, limit: int = POINTS) -> list[Point]:
    """At most ``limit`` points: the first, the last, the best, and others at even distances.

    None is averaged or moved: each is a measurement of its step.
    """
    if len(points) <= limit:
        return list(points)
    gap = (len(points) - 1) / (limit - 2)
    kept = {round(index * gap) for index in range(limit - 1)}
    top = best(points, metric)
    kept |= {points.index(top)} if top is not None else set()
    return [points[index] for index in sorted(kept)]


def _short(value: float) -> float:
    short = float(f"{value:.5g}")
    return short if math.isfinite(short) else value
