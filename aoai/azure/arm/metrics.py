"""Use of an account's deployments, as Azure Monitor counts it.

What Monitor leaves open is unknown, never "no calls": Azure, or a person, removes a deployment
that looks idle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aoai.azure import api_versions
from aoai.azure.account import Account
from aoai.azure.arm.use import Use, Uses, add_series
from aoai.azure.arm_names import name_key
from aoai.azure.http.fields import Json, items, moment, text
from aoai.azure.http.paging import listed
from aoai.azure.http.redaction import redact
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport

WINDOW = timedelta(days=30)
"""What is asked for: twice the 15-day rule. Monitor keeps 93 days, but answers for one calendar
month at most, and says in ``timespan`` for which (recorded in 2021, with 2018-01-01)."""

_GRAIN = timedelta(hours=1)  # how exactly the last call is known
_LATE = timedelta(hours=3)  # counts appear within minutes, at times later
_SERIES = 10_000  # Monitor returns 10 unless asked; 32 deployments x statuses x operations fit
_CLOCKS_AGREE = timedelta(minutes=5)
_BUDGET = 60.0  # seconds for one request with all its attempts; the reading can wait
_FILTER = "ModelDeploymentName eq '*' and StatusCode eq '*' and OperationName eq '*'"


@dataclass(frozen=True)
class Activity:
    """Use of all deployments of an account.

    Attributes:
        observed_at: the service's own clock, UTC; the clock here may be wrong.
        since: from when on Monitor has answered.
        until: until when.
        uses: by deployment, as ``name_key`` writes its name; one without calls is not in it.
        unattributed: calls that Monitor counts without saying of which deployment.
        unknown: why the answer cannot be used for any deployment; empty if it can.
    """

    observed_at: datetime
    since: datetime
    until: datetime
    uses: Mapping[str, Use] = field(default_factory=dict)
    unattributed: Use = field(default_factory=Use)
    unknown: str = ""

    def of(self, deployment_name: str, needed_since: datetime | None = None) -> Use:
        """Use of one deployment.

        Args:
            deployment_name: its name, in any letter case.
            needed_since: from when on a call would matter, such as its creation; without a call,
                the use is unknown if Monitor's answer begins later.
        """
        used = self.uses.get(name_key(deployment_name), Use())
        reason = self.unknown or used.unknown or self._gap(used, needed_since) or self._others(used)
        return used.doubted(reason) if reason else used

    def _gap(self, used: Use, needed_since: datetime | None) -> str:
        """Which part of the time Monitor has left out."""
        if self.observed_at - self.until > _LATE:
            return f"Monitor answered for the time until {self.until:%Y-%m-%d %H:%M} UTC only"
        silent = used.last_inference_at is None and needed_since is not None
        if silent and needed_since and self.since - needed_since > _GRAIN:
            return f"Monitor answered for the time since {self.since:%Y-%m-%d %H:%M} UTC only"
        return ""

    def _others(self, used: Use) -> str:
        """Whether calls of no named deployment may have been calls of this one."""
        last = self.unattributed.last_inference_at
        if last is None:
            return self.unattributed.unknown
        if used.last_inference_at and used.last_inference_at >= last:
            return ""
        return f"Monitor counts {self.unattributed.calls} calls without a deployment's name"


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
        api_version: str = api_versions.METRICS,
    ) -> None:
        self._transport = transport.within(_BUDGET)
        self._path = f"{account.id}/providers/Microsoft.Insights/metrics"
        self._now = now
        self._params = {
            "api-version": api_version,
            "metricnames": "AzureOpenAIRequests",
            "aggregation": "Total",
            "interval": "PT1H",
            "top": str(_SERIES),
            "$filter": _FILTER,
        }

    def activity(self) -> Activity:
        """Successful inference calls per deployment in about the last 30 days.

        Raises:
            ApiError: Monitor refused: the caller lacks a role (Monitoring Reader), the provider
                Microsoft.Insights is not registered, the query is not taken, or it has trouble.
            ResponseUnknown: the answer is no list of metrics.
        """
        now = self._now()
        response = self._query(now)
        served = response.date
        if served and abs(served - now) > _CLOCKS_AGREE:
            now = served
            response = self._query(now)
        metrics = listed(response, "value", f"GET metrics of {self._transport.label}")
        uses = _uses(metrics)
        since, until = _span(response, _asked(now))
        observed_at = response.date or now
        problem = _problem(metrics, response)
        return Activity(observed_at, since, until, uses.by_name, uses.unattributed, problem)

    def _query(self, now: datetime) -> Response:
        start, end = _asked(now)
        span = f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}"
        return self._transport.request("GET", self._path, params={**self._params, "timespan": span})


def _uses(metrics: list[Json]) -> Uses:
    uses = Uses()
    for metric in metrics:
        for series in items(metric.get("timeseries")):
            add_series(uses, series)
    return uses


def _asked(now: datetime) -> tuple[datetime, datetime]:
    return (now - WINDOW).replace(minute=0, second=0, microsecond=0), now + _GRAIN


def _span(response: Response, asked: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """The time that Monitor has answered for: as answered, else as asked."""
    start, _, end = text(response.data.get("timespan")).partition("/")
    return moment(start) or asked[0], moment(end) or asked[1]


def _problem(metrics: list[Json], response: Response) -> str:
    """Why an answer cannot be used for any deployment; empty if it can."""
    problems = [problem for metric in metrics if (problem := _problem_of(metric))]
    if not metrics:
        problems = ["Monitor's answer holds no metric"]
    suffix = f" (request id {redact(response.request_id)})" if response.request_id else ""
    return f"{problems[0]}{suffix}" if problems else ""


def _problem_of(metric: Json) -> str:
    code, series = text(metric.get("errorCode")), metric.get("timeseries")
    if code and code.lower() != "success":
        words = text(metric.get("errorMessage"))
        return f"Monitor answers {redact(f'{code}: {words}' if words else code)}"
    if not isinstance(series, list):
        return "Monitor's answer holds no series"
    if len(series) >= _SERIES:
        return f"Monitor's answer is cut after {_SERIES} series"
    return ""
