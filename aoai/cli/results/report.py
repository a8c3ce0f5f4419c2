"""What a training measured, in words and numbers, and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from aoai.cli.columns import columns
from aoai.cli.jobs.document import of_checkpoint
from aoai.results.billing import Billed
from aoai.results.checkpoint_choice import Choice, metric_of
from aoai.results.curves import Curves
from aoai.results.metrics import LENGTHS, METRICS, best
from aoai.results.overfit import overfit_of
from aoai.results.reading import JobResults

_HEADINGS = ("METRIC", "FIRST", "BEST", "AT STEP", "LAST", "AT STEP")


def as_text(results: JobResults, charts: Sequence[str]) -> str:
    """Charts, a table, the overfit reading, the checkpoints and what was billed."""
    curves = results.curves
    blocks = [*charts, _table(curves), *_remarks(results)]
    if results.checkpoints:
        blocks.append("\n".join(["checkpoints", *_checkpoints(results)]))
    if results.billed is not None:
        blocks.append(_bill(results.billed))
    return "\n\n".join(blocks)


def _table(curves: Curves) -> str:
    """A line for each metric that is known."""
    rows = [_HEADINGS, *_rows(curves)]
    if len(rows) == 1:
        return "nothing was measured yet"
    return "\n".join(columns(rows, right=range(1, len(_HEADINGS))))


def _rows(curves: Curves) -> Iterator[tuple[str, ...]]:
    for metric in (*METRICS, *LENGTHS):
        points = curves.of(metric)
        top = best(points, metric) if metric in METRICS else None
        if points:
            yield (
                metric,
                f"{points[0][1]:.4g}",
                f"{top[1]:.4g}" if top else "",
                str(top[0]) if top else "",
                f"{points[-1][1]:.4g}",
                str(points[-1][0]),
            )


def _remarks(results: JobResults) -> Iterator[str]:
    for metric, step in results.curves.diverged.items():
        yield f"{metric} is no number from step {step} on: the training diverged there"
    overfit = overfit_of(results.curves)
    if overfit is not None:
        yield overfit.sentence
    if results.unread:
        yield f"these are the numbers of its events and checkpoints: {results.unread}"


def _checkpoints(results: JobResults) -> Iterator[str]:
    kept = results.checkpoints
    metric = metric_of([Choice(each.model, each.step_number, each.metrics) for each in kept])
    for point in kept:
        value = point.metrics.get(metric) if metric else None
        measured = "" if value is None else f" ({metric} {value:.4g})"
        yield f"  step {point.step_number}{measured}: {point.model}"


def _bill(billed: Billed) -> str:
    amount = f"{billed.hours:g} hours" if billed.hours is not None else f"{billed.tokens:,} tokens"
    price = "" if billed.usd is None else f", {billed.usd:,.2f} USD at list prices"
    return f"billed: {amount}{price}"


def as_json(results: JobResults) -> str:
    """All points, in the names of the API's events."""
    overfit = overfit_of(results.curves)
    document: dict[str, Any] = {
        "curves": {metric: list(map(list, p)) for metric, p in results.curves.points.items()},
        "diverged": dict(results.curves.diverged),
        "overfit": overfit and dataclasses.asdict(overfit),
        "checkpoints": [of_checkpoint(point) for point in results.checkpoints],
        "billed": results.billed and dataclasses.asdict(results.billed),
        "unread": results.unread or None,
    }
    return json.dumps(document, indent=2)
