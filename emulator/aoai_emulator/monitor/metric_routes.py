"""Azure Monitor: the metrics of an account (Microsoft.Insights/metrics)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from starlette.responses import JSONResponse, Response

from aoai_emulator.calls.call import Call
from aoai_emulator.monitor.definitions import INTERVALS, METRICS, Metric
from aoai_emulator.monitor.filter import Filter, parse_filter
from aoai_emulator.state.call_counts import Count, counts
from aoai_emulator.state.clock import iso, parse_iso
from aoai_emulator.state.errors import Refused

_NAMESPACE: Final = "microsoft.cognitiveservices/accounts"
_USUAL_TOP: Final = 10
_USUAL_SPAN: Final = 3600
_KINDS: Final = ("total", "count", "average", "minimum", "maximum")
_MOST_METRICS: Final = 20


@dataclass
class _Series:
    labels: tuple[tuple[str, str], ...]
    values: dict[int, list[int]] = field(default_factory=dict)

    def total(self) -> int:
        return sum(sum(each) for each in self.values.values())


@dataclass(frozen=True)
class _Ask:
    start: float
    end: float
    step: int
    interval: str
    kinds: tuple[str, ...]
    rule: Filter
    top: int
    ascending: bool
    names_only: bool


def metrics(call: Call) -> Response:
    """GET metrics. A deployment that was not called has no series at all."""
    asked = [_metric(name) for name in call.query.get("metricnames", METRICS[0].name).split(",")]
    if len(asked) > _MOST_METRICS:
        raise _bad(f"At most {_MOST_METRICS} metrics can be asked for at once.")
    ask = _ask(call, asked)
    found = list(counts(call.backend, call.home.name, ask.start, ask.end))
    body = {
        "cost": max(1, int((ask.end - ask.start) // 60) - 1),
        "timespan": f"{_z(ask.start)}/{_z(ask.end)}",
        "interval": ask.interval,
        "namespace": _NAMESPACE,
        "resourceregion": call.home.location,
        "value": [_shown(call, metric, ask, found) for metric in asked],
    }
    return JSONResponse(body)


def _bad(message: str) -> Refused:
    return Refused(400, "BadRequest", message)


def _metric(name: str) -> Metric:
    known = {metric.name.lower(): metric for metric in METRICS}
    if name.strip().lower() not in known:
        names = ",".join(metric.name for metric in METRICS)
        raise _bad(
            f"Failed to find metric configuration for metric: {name}. Valid metrics: {names}"
        )
    return known[name.strip().lower()]


def _ask(call: Call, asked: list[Metric]) -> _Ask:
    start, end = _span(call)
    interval = call.query.get("interval", "PT1M")
    if interval != "FULL" and interval not in INTERVALS:
        raise _bad(f"Invalid time grain {interval}; supported are {', '.join(INTERVALS)}, FULL.")
    rule = parse_filter(call.query.get("$filter"))
    for metric in asked:
        _check_dimensions(call, metric, rule)
    kinds = tuple(
        each.strip().lower() for each in call.query.get("aggregation", "Total").split(",")
    )
    if unknown := [each for each in kinds if each not in _KINDS]:
        raise _bad(f"Invalid aggregation: {', '.join(unknown)}.")
    step = int(end - start) + 1 if interval == "FULL" else INTERVALS[interval]
    ascending = call.query.get("orderby", "").lower().endswith(" asc")
    names_only = call.query.get("resultType", "Data").lower() == "metadata"
    return _Ask(start, end, step, interval, kinds, rule, _top(call), ascending, names_only)


def _top(call: Call) -> int:
    # Ten series unless told, and only where a filter splits them.
    given = call.query.get("top", str(_USUAL_TOP))
    if not given.isdecimal() or int(given) < 1:
        raise _bad("top must be a positive whole number.")
    return int(given)


def _span(call: Call) -> tuple[float, float]:
    text = call.query.get("timespan")
    if text is None:
        return call.now - _USUAL_SPAN, call.now
    # `az` escapes it twice, and Azure takes that.
    parts = unquote(text).split("/")
    try:
        # A `+00:00` that was not escaped arrives as a space.
        start, end = (parse_iso(part.strip().replace(" ", "+")) for part in parts)
    except ValueError:
        raise _bad(f"Invalid timespan {text!r}; it is START/END in ISO 8601.") from None
    if end <= start:
        raise _bad("The end of the timespan must lie after its start.")
    return start, end


def _check_dimensions(call: Call, metric: Metric, rule: Filter) -> None:
    if call.query.get("ValidateDimensions", "true").lower() == "false":
        return
    known = {name.lower() for name in metric.dimensions}
    for name in rule.names:
        if name not in known:
            names = ", ".join(metric.dimensions)
            raise _bad(f"Metric {metric.name} does not have the dimension {name}; it has: {names}.")


def _labels(call: Call, row: Count) -> dict[str, str]:
    return {
        "apiname": "Azure OpenAI API",
        "operationname": row.operation,
        "region": call.home.location,
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


def _shown(call: Call, metric: Metric, ask: _Ask, rows: Iterable[Count]) -> dict[str, Any]:
    series: dict[tuple[tuple[str, str], ...], _Series] = {}
    for row in rows:
        labels = _labels(call, row)
        if row.at < ask.start // 60 * 60 or not ask.rule.takes(labels):
            continue
        key = tuple((name, labels[name]) for name in ask.rule.names if name in labels)
        place = int((row.at - ask.start) // ask.step)
        series.setdefault(key, _Series(key)).values.setdefault(max(0, place), []).append(
            metric.value(row)
        )
    best = sorted(series.values(), key=_Series.total, reverse=not ask.ascending)
    kept = best[: ask.top] if ask.rule.names else best
    return {
        "id": f"{call.home.id}/providers/Microsoft.Insights/metrics/{metric.name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": metric.name, "localizedValue": metric.title},
        "displayDescription": metric.title,
        "unit": "Count",
        "errorCode": "Success",
        "timeseries": [_timeseries(each, ask) for each in kept],
    }


def _timeseries(series: _Series, ask: _Ask) -> dict[str, Any]:
    labels = [{"name": {"value": n, "localizedValue": n}, "value": v} for n, v in series.labels]
    if ask.names_only:
        return {"metadatavalues": labels}
    places = int(-(-(ask.end - ask.start) // ask.step))
    data = [_point(ask, place, series.values.get(place)) for place in range(places)]
    return {"metadatavalues": labels, "data": data}


def _point(ask: _Ask, place: int, values: list[int] | None) -> dict[str, Any]:
    point: dict[str, Any] = {"timeStamp": _z(ask.start + place * ask.step)}
    if not values:
        return point  # a point without data lacks the aggregation
    figures = {
        "total": float(sum(values)),
        "count": float(len(values)),
        "average": sum(values) / len(values),
        "minimum": float(min(values)),
        "maximum": float(max(values)),
    }
    return point | {kind: figures[kind] for kind in ask.kinds}


def _z(seconds: float) -> str:
    return re.sub(r"\.\d+Z$", "Z", iso(seconds))
