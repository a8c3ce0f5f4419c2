"""A deployment's use, read off a series of Monitor, and what the series leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from aoai.azure.arm_names import name_key
from aoai.azure.http.fields import Json, items, mapping, moment, number, text

# Only these keep a deployment alive: completions, chat completions, responses.
_INFERENCE = re.compile(r"completion|response", re.IGNORECASE)
_EMPTY = frozenset({"", "__empty"})  # how Monitor writes that a dimension has no value


@dataclass(frozen=True)
class Use:
    """Successful inference calls of one deployment.

    Attributes:
        calls: how many; None if that is unknown.
        last_inference_at: the start of the hour of the last known one, UTC; None if there is none.
        unknown: why the rest is not to be relied on; empty if it is.
    """

    calls: int | None = 0
    last_inference_at: datetime | None = None
    unknown: str = ""

    def plus(self, calls: int, at: datetime) -> Use:
        """The same with more calls in the hour that starts at ``at``."""
        last = max(self.last_inference_at or at, at)
        return replace(self, calls=(self.calls or 0) + calls, last_inference_at=last)

    def doubted(self, reason: str) -> Use:
        """The same, not to be relied on: no call seen is then no longer no call."""
        return replace(self, calls=self.calls or None, unknown=self.unknown or reason)


@dataclass
class Uses:
    """Use by deployment, as it is read series by series."""

    by_name: dict[str, Use] = field(default_factory=dict)
    unattributed: Use = field(default_factory=Use)


def add_series(uses: Uses, series: Json) -> None:
    """Add what a series counts: to its deployment, or to the calls that no deployment is named for.

    A series of failed calls, or of other operations, counts nothing. Where Monitor does not say
    whether it is one of these, the deployment's use is unknown.
    """
    dimensions = _dimensions(series)
    if _is_no_use(dimensions):
        return
    name = name_key(_value(dimensions, "modeldeploymentname"))
    doubt = _doubt(dimensions)
    for calls, at in _points(series):
        used = uses.by_name.get(name, Use()) if name else uses.unattributed
        if at is None:
            used = used.doubted(f"Monitor does not say when {calls} calls were")
        elif not name or _value(dimensions, "statuscode"):
            used = used.plus(calls, at)
        if doubt:
            used = used.doubted(doubt)
        if name:
            uses.by_name[name] = used
        else:
            uses.unattributed = used


def _points(series: Json) -> Iterator[tuple[int, datetime | None]]:
    """Calls and the hour of each point that has any."""
    for point in items(series.get("data")):
        calls = number(point.get("total"))
        if calls and calls > 0:
            yield max(1, round(calls)), moment(point.get("timeStamp"))


def _dimensions(series: Json) -> dict[str, str]:
    """Monitor gives dimension names back in lower case, sometimes."""
    found = items(series.get("metadatavalues"))
    return {
        text(mapping(item.get("name")).get("value")).lower(): text(item.get("value"))
        for item in found
    }


def _value(dimensions: Mapping[str, str], name: str) -> str:
    """The value of a dimension, or an empty string if Monitor has none."""
    value = dimensions.get(name, "").strip()
    return "" if value.lower() in _EMPTY else value


def _is_no_use(dimensions: Mapping[str, str]) -> bool:
    """Whether a series is known to count something else than successful inference calls."""
    status, operation = _value(dimensions, "statuscode"), _value(dimensions, "operationname")
    failed = bool(status) and not status.startswith("2")
    return failed or (bool(operation) and not _INFERENCE.search(operation))


def _doubt(dimensions: Mapping[str, str]) -> str:
    """What Monitor leaves open of the calls of a series; empty if nothing."""
    missing = [
        words
        for name, words in (("statuscode", "status"), ("operationname", "operation"))
        if not _value(dimensions, name)
    ]
    return f"Monitor counts calls without their {' and '.join(missing)}" if missing else ""
