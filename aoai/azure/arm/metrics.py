"""Use of an account's deployments, as Azure Monitor counts it (metrics 2024-02-01)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aoai.azure.account import Account
from aoai.azure.http.fields import Json, items, mapping, number, text
from aoai.azure.http.paging import listed
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport

METRICS_API_VERSION = "2024-02-01"
WINDOW = timedelta(days=30)  # twice the 15-day rule; Monitor shows at most 30 days at once
_GRAIN = timedelta(hours=1)  # how exactly the last call is known
_SERIES = "10000"  # Monitor returns 10 unless asked; 32 deployments x statuses x operations fit
_CLOCKS_AGREE = timedelta(minutes=5)
# Only these keep a deployment alive: completions, chat completions, responses.
_INFERENCE = re.compile(r"completion|response", re.IGNORECASE)
_FILTER = "ModelDeploymentName eq '*' and StatusCode eq '*' and OperationName eq '*'"


@dataclass(frozen=True)
class Use:
    """Successful inference calls of one deployment within the window.

    Attributes:
        calls: how many.
        last_inference_at: the start of the hour of the last one, UTC; None if there was none.
    """

    calls: int = 0
    last_inference_at: datetime | None = None

    def plus(self, calls: int, at: datetime) -> Use:
        """The same with more calls in the hour that starts at ``at``."""
        last = max(self.last_inference_at or at, at)
        return Use(self.calls + calls, last)


@dataclass(frozen=True)
class Activity:
    """Use of all deployments of an account.

    Attributes:
        observed_at: the service's own clock, UTC; the clock here may be wrong.
        since: the start of the window.
        uses: by deployment name in lower case; a deployment without calls is not in it.
    """

    observed_at: datetime
    since: datetime
    uses: Mapping[str, Use] = field(default_factory=dict)

    def of(self, deployment_name: str) -> Use:
        """Use of one deployment."""
        return self.uses.get(deployment_name.lower(), Use())


class MetricsClient:
    """Reads the use of one account's deployments, all in one query.

    Args:
        transport: to the resource manager.
        account: whose deployments.
        now: this machine's idea of the time, UTC; only the first guess.
    """

    def __init__(
        self,
        transport: Transport,
        account: Account,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        api_version: str = METRICS_API_VERSION,
    ) -> None:
        self._transport = transport
        self._path = f"{account.id}/providers/Microsoft.Insights/metrics"
        self._now = now
        self._params = {
            "api-version": api_version,
            "metricnames": "AzureOpenAIRequests",
            "aggregation": "Total",
            "interval": "PT1H",
            "top": _SERIES,
            "$filter": _FILTER,
        }

    def activity(self) -> Activity:
        """Successful inference calls per deployment in the last 30 days.

        Raises:
            Unauthorized: the caller may not read metrics (role Monitoring Reader).
            ResponseUnknown: the answer is no metric.
        """
        now = self._now()
        response = self._query(now)
        served = response.date
        if served and abs(served - now) > _CLOCKS_AGREE:
            now = served.astimezone(UTC)
            response = self._query(now)
        uses: dict[str, Use] = {}
        for name, calls, at in _calls(response, self._transport.label):
            uses[name] = uses.get(name, Use()).plus(calls, at)
        return Activity((response.date or now).astimezone(UTC), now - WINDOW, uses)

    def _query(self, now: datetime) -> Response:
        start, end = (now - WINDOW).replace(minute=0, second=0), now + _GRAIN
        span = f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}"
        return self._transport.request("GET", self._path, params={**self._params, "timespan": span})


def _calls(response: Response, label: str) -> Iterator[tuple[str, int, datetime]]:
    """Deployment, calls and hour of everything that counts as use."""
    for metric in listed(response, "value", f"GET metrics of {label}"):
        for series in items(metric.get("timeseries")):
            dimensions = _dimensions(series)
            name = dimensions.get("modeldeploymentname", "").lower()
            if name and _is_use(dimensions):
                for point in items(series.get("data")):
                    calls, at = number(point.get("total")), _moment(point.get("timeStamp"))
                    if calls and at:
                        yield name, round(calls), at


def _dimensions(series: Json) -> dict[str, str]:
    """Monitor gives dimension names back in lower case, sometimes."""
    found = items(series.get("metadatavalues"))
    return {
        text(mapping(item.get("name")).get("value")).lower(): text(item.get("value"))
        for item in found
    }


def _is_use(dimensions: Mapping[str, str]) -> bool:
    operation = dimensions.get("operationname", "")
    succeeded = dimensions.get("statuscode", "").startswith("2")
    return succeeded and (not operation or bool(_INFERENCE.search(operation)))


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
