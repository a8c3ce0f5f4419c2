"""A metric's series: counts split by dimensions, in points of a grain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from aoai_emulator.monitor.definitions import Metric
from aoai_emulator.monitor.question import Question
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.call_counts import Count, counts
from aoai_emulator.state.clock import iso
from aoai_emulator.state.job_records import jobs
from aoai_emulator.state.world import Account

_EMPTY: Final = "__Empty"
"""What Monitor shows for a dimension that a count lacks."""
_HOUR: Final = 3600.0


@dataclass(frozen=True)
class _Row:
    """A value at a moment, with the dimensions that it has."""

    at: float
    value: float
    labels: dict[str, str]


@dataclass
class _Series:
    labels: tuple[tuple[str, str], ...]
    values: dict[int, list[float]] = field(default_factory=dict)

    def total(self) -> float:
        return sum(sum(each) for each in self.values.values())


def metric_value(
    backend: Backend, account: Account, metric: Metric, question: Question
) -> dict[str, Any]:
    """A metric on the wire. A deployment that was not called has no series at all."""
    code = backend.settings.monitor_error_code
    body = {
        "id": f"{account.id}/providers/Microsoft.Insights/metrics/{metric.name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": metric.name, "localizedValue": metric.title},
        "displayDescription": metric.title,
        "unit": "Count",
        "timeseries": [],
        "errorCode": code,
    }
    if code != "Success":
        return body | {"errorMessage": f"The metric {metric.name} could not be read."}
    found = _series(backend, account, metric, question)
    return body | {"timeseries": [_shown(each, question) for each in found]}


def _series(
    backend: Backend, account: Account, metric: Metric, question: Question
) -> list[_Series]:
    found: dict[tuple[tuple[str, str], ...], _Series] = {}
    for row in _rows(backend, account, metric, question):
        if not question.rule.takes(row.labels):
            continue
        key = tuple((name, row.labels.get(name, _EMPTY)) for name in question.split_by)
        place = max(0, int((row.at - question.start) // question.step))
        found.setdefault(key, _Series(key)).values.setdefault(place, []).append(row.value)
    if backend.settings.monitor_empty_series and question.split_by:
        key = tuple((name, _EMPTY) for name in question.split_by)
        found.setdefault(key, _Series(key, {0: [0.0]}))
    best = sorted(found.values(), key=_Series.total, reverse=not question.ascending)
    return best[: question.top] if question.split_by else best


def _rows(backend: Backend, account: Account, metric: Metric, question: Question) -> Iterator[_Row]:
    shown_until = backend.clock.now() - backend.settings.monitor_delay_seconds
    end = min(question.end, shown_until) if backend.settings.monitor_delay_seconds else question.end
    if metric.of_training:
        yield from _training(backend, account, question.start, end)
        return
    for row in counts(backend, account.name, question.start, end):
        if row.at >= question.start // 60 * 60:
            yield _Row(row.at, metric.value(row), _labels(account, row))


def _training(backend: Backend, account: Account, start: float, end: float) -> Iterator[_Row]:
    """The hours of each job that has trained, at the moment of its end."""
    for job in jobs(backend).list(account.name):
        if job.started_at is None or job.ended_at is None or job.status != "succeeded":
            continue
        if start <= job.ended_at < end:
            base = job.model.partition(".ft-")[0]
            labels = {"apiname": "Azure OpenAI API", "region": account.location}
            labels |= {"featurename": base, "usagechannel": "Standard"}
            hours = max(0.0, job.ended_at - job.started_at) / _HOUR
            yield _Row(job.ended_at, hours, labels)


def _labels(account: Account, row: Count) -> dict[str, str]:
    return {
        "apiname": "Azure OpenAI API",
        "operationname": row.operation,
        "region": account.location,
        "streamtype": "Non-Streaming",
        "modeldeploymentname": row.deployment,
        "modelname": row.model,
        "modelversion": row.version,
        "statuscode": row.status,
        "isspillover": "False",
        "servicetierrequest": "default",
        "servicetierresponse": "default",
        "featurename": "FineTuned" if ".ft-" in row.model else "Base",
        "usagechannel": "Standard",
    }


def _shown(series: _Series, question: Question) -> dict[str, Any]:
    labels = [{"name": {"value": n, "localizedValue": n}, "value": v} for n, v in series.labels]
    if question.names_only:
        return {"metadatavalues": labels}
    places = int(-(-(question.end - question.start) // question.step))
    data = [_point(question, place, series.values.get(place)) for place in range(places)]
    return {"metadatavalues": labels, "data": data}


def _point(question: Question, place: int, values: list[float] | None) -> dict[str, Any]:
    point: dict[str, Any] = {"timeStamp": moment(question.start + place * question.step)}
    if not values:
        return point  # a point without data lacks the aggregation
    figures = {
        "total": float(sum(values)),
        "count": float(len(values)),
        "average": sum(values) / len(values),
        "minimum": float(min(values)),
        "maximum": float(max(values)),
    }
    return point | {kind: figures[kind] for kind in question.kinds}


def moment(seconds: float) -> str:
    """A time as Monitor writes it, to the second."""
    return re.sub(r"\.\d+Z$", "Z", iso(seconds))
