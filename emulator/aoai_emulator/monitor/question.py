"""What a caller asks Monitor: metrics, span, grain, filter; read from the query of either API."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from aoai_emulator.calls.call import Call
from aoai_emulator.monitor.definitions import INTERVALS, METRICS, NAMESPACE, Metric
from aoai_emulator.monitor.filter import Filter, parse_filter
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.errors import Refused

_USUAL_TOP: Final = 10
_USUAL_SPAN: Final = 3600
_KINDS: Final = ("total", "count", "average", "minimum", "maximum")
_MOST_METRICS: Final = 20


@dataclass(frozen=True)
class Question:
    """What is asked. Times are seconds since 1970; ``step`` is the grain in seconds."""

    metrics: tuple[Metric, ...]
    namespace: str
    start: float
    end: float
    step: int
    interval: str
    kinds: tuple[str, ...]
    rule: Filter
    rolled_up: frozenset[str]
    top: int
    ascending: bool
    names_only: bool

    @property
    def split_by(self) -> tuple[str, ...]:
        """The dimensions that the series are split by, lower-cased."""
        return tuple(name for name in self.rule.names if name not in self.rolled_up)

    @property
    def cost(self) -> int:
        """As recorded: the points of a series less one, for each metric."""
        return len(self.metrics) * max(1, int((self.end - self.start) // self.step) - 1)


def bad(message: str) -> Refused:
    """Monitor's refusal of a question."""
    return Refused(400, "BadRequest", message)


def read_question(call: Call, span: tuple[float, float], filter_name: str) -> Question:
    """The question of a call; 400 where it is none that Monitor would answer.

    Args:
        call: the call.
        span: the moments that it asks about.
        filter_name: the query parameter of the filter; it differs between the two APIs.
    """
    query = call.query
    names = query.get("metricnames", METRICS[0].name).split(",")
    if len(names) > _MOST_METRICS:
        raise bad(f"At most {_MOST_METRICS} metrics can be asked for at once.")
    metrics = tuple(_metric(name) for name in names)
    start, end = _answered(call, *span)
    interval = query.get("interval", "PT1M")
    if interval != "FULL" and interval not in INTERVALS:
        raise bad(f"Invalid time grain {interval}; supported are {', '.join(INTERVALS)}, FULL.")
    rule = parse_filter(query.get(filter_name))
    if query.get("ValidateDimensions", "true").lower() != "false":
        for metric in metrics:
            _check_dimensions(metric, rule)
    return Question(
        metrics=metrics,
        namespace=_namespace(query),
        start=start,
        end=end,
        step=int(end - start) + 1 if interval == "FULL" else INTERVALS[interval],
        interval=interval,
        kinds=_aggregations(query),
        rule=rule,
        rolled_up=frozenset(
            each.strip().lower() for each in query.get("rollupby", "").split(",") if each.strip()
        ),
        top=_top(query),
        ascending=query.get("orderby", "").lower().endswith(" asc"),
        names_only=query.get("resultType", "Data").lower() == "metadata",
    )


def timespan(call: Call) -> tuple[float, float]:
    """The span of ``timespan``, the last hour without one."""
    text = call.query.get("timespan")
    if text is None:
        return call.now - _USUAL_SPAN, call.now
    # `az` escapes it twice, and Azure takes that.
    parts = unquote(text).split("/")
    if len(parts) != 2:  # noqa: PLR2004  START/END
        raise bad(f"Invalid timespan {text!r}; it is START/END in ISO 8601.")
    return between(*parts)


def between(first: str, last: str) -> tuple[float, float]:
    """Two ISO 8601 times, the second after the first."""
    try:
        # A `+00:00` that was not escaped arrives as a space.
        start, end = (parse_iso(each.strip().replace(" ", "+")) for each in (first, last))
    except ValueError:
        raise bad(f"Invalid timespan '{first}/{last}'; it is START/END in ISO 8601.") from None
    if end <= start:
        raise bad("The end of the timespan must lie after its start.")
    return start, end


def _answered(call: Call, start: float, end: float) -> tuple[float, float]:
    """A longer span is not refused: it is answered for the calendar month before its end."""
    if call.backend.settings.monitor_span == "whole":
        return start, end
    return max(start, _month_before(end)), end


def _month_before(moment: float) -> float:
    end = datetime.fromtimestamp(moment, UTC)
    year, month = (end.year, end.month - 1) if end.month > 1 else (end.year - 1, 12)
    day = min(end.day, calendar.monthrange(year, month)[1])
    return end.replace(year=year, month=month, day=day).timestamp()


def _metric(name: str) -> Metric:
    known = {metric.name.lower(): metric for metric in METRICS}
    if name.strip().lower() not in known:
        names = ",".join(metric.name for metric in METRICS)
        raise bad(f"Failed to find metric configuration for metric: {name}. Valid metrics: {names}")
    return known[name.strip().lower()]


def _namespace(query: Mapping[str, str]) -> str:
    """As it was sent; its own spelling otherwise."""
    given = query.get("metricnamespace", NAMESPACE)
    if given.lower() != NAMESPACE.lower():
        raise bad(f"The metric namespace '{given}' is none of this resource; it is {NAMESPACE}.")
    return given


def _check_dimensions(metric: Metric, rule: Filter) -> None:
    known = {name.lower() for name in metric.dimensions}
    for name in rule.names:
        if name not in known:
            names = ", ".join(metric.dimensions)
            raise bad(f"Metric {metric.name} does not have the dimension {name}; it has: {names}.")


def _aggregations(query: Mapping[str, str]) -> tuple[str, ...]:
    kinds = tuple(each.strip().lower() for each in query.get("aggregation", "Total").split(","))
    if unknown := [each for each in kinds if each not in _KINDS]:
        raise bad(f"Invalid aggregation: {', '.join(unknown)}.")
    return kinds


def _top(query: Mapping[str, str]) -> int:
    # Ten series unless more are asked for, and only where a filter splits them.
    given = query.get("top", str(_USUAL_TOP))
    if not given.isdecimal() or int(given) < 1:
        raise bad("top must be a positive whole number.")
    return int(given)
