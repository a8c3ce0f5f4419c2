"""Use of deployments: what counts, when it was seen, and what silence means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aoai.azure.arm.metrics import Activity, MetricsClient
from aoai.azure.arm.use import Use
from aoai.errors import ResponseUnknown, Unauthorized
from tests.unit.azure.helpers import ACCOUNT_ID, Answer, Rig

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DATE = "Sat, 21 Nov 2026 12:00:07 GMT"


def _series(points: list[Any], case: Any = str.lower, **dimensions: str) -> dict[str, Any]:
    values = [{"name": {"value": case(name)}, "value": v} for name, v in dimensions.items()]
    return {"metadatavalues": values, "data": points}


def _point(hour: int, total: float | None) -> dict[str, Any]:
    point: dict[str, Any] = {"timeStamp": f"2026-11-20T{hour:02}:00:00Z"}
    return point if total is None else {**point, "total": total}


def _answer(*series: Any, date: str = DATE) -> Answer:
    metric = {"name": {"value": "AzureOpenAIRequests"}, "timeseries": list(series)}
    return Answer(body={"value": [metric]}, headers={"Date": date})


def _client(rig: Rig) -> MetricsClient:
    return MetricsClient(rig.transport(), rig.account(), now=lambda: NOW)


def _good(name: str, *points: Any, operation: str = "ChatCompletions_Create") -> dict[str, Any]:
    return _series(
        list(points), ModelDeploymentName=name, StatusCode="200", OperationName=operation
    )


def test_successful_inference_calls_are_counted_per_deployment(rig: Rig) -> None:
    rig.server.plan = [
        _answer(
            _good("a", _point(1, 3), _point(5, 2.0), _point(9, 0), _point(10, None)),
            _good("a", _point(7, 1), operation="Responses_Create"),
            _good("b", _point(2, 4), operation="Completions_Create"),
        )
    ]
    activity = _client(rig).activity()
    assert activity.of("A").calls == 6
    assert activity.of("a").last_inference_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert activity.of("b").calls == 4


def test_all_deployments_are_asked_for_at_once_with_room_for_all(rig: Rig) -> None:
    rig.server.plan = [_answer()]
    _client(rig).activity()
    (request,) = rig.server.requests
    assert request.path == f"{ACCOUNT_ID}/providers/Microsoft.Insights/metrics"
    assert request.query["timespan"] == "2026-10-22T12:00:00Z/2026-11-21T13:00:00Z"
    assert request.query["metricnames"] == "AzureOpenAIRequests"
    assert int(request.query["top"]) >= 1000
    assert "ModelDeploymentName eq '*'" in request.query["$filter"]


@pytest.mark.parametrize("status", ["400", "404", "429", "500", "Throttled"])
def test_failed_calls_are_no_use(rig: Rig, status: str) -> None:
    dimensions = {"ModelDeploymentName": "a", "StatusCode": status, "OperationName": "Completions"}
    rig.server.plan = [_answer(_series([_point(1, 3)], **dimensions))]
    assert _client(rig).activity().of("a").calls == 0


def test_embeddings_keep_no_deployment_alive(rig: Rig) -> None:
    rig.server.plan = [_answer(_good("a", _point(1, 3), operation="Embeddings_Create"))]
    assert _client(rig).activity().of("a").last_inference_at is None


@pytest.mark.parametrize("case", [str, str.lower, str.upper])
def test_dimension_names_are_read_in_any_case(rig: Rig, case: Any) -> None:
    series = _series([_point(1, 3)], case, ModelDeploymentName="a", StatusCode="200")
    rig.server.plan = [_answer(series)]
    assert _client(rig).activity().of("a").calls == 3


def test_a_deployment_without_a_series_had_no_calls(rig: Rig) -> None:
    rig.server.plan = [_answer()]
    use = _client(rig).activity().of("quiet")
    assert (use.calls, use.last_inference_at) == (0, None)


def test_the_time_is_the_services(rig: Rig) -> None:
    rig.server.plan = [_answer()]
    assert _client(rig).activity().observed_at == datetime(2026, 11, 21, 12, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 21 Nov 2026 13:30:00 GMT",
        "Mon, 07 Dec 2026 12:00:00 GMT",
        "Sat, 21 Nov 2026 10:30:00 GMT",
    ],
)
def test_a_wrong_clock_here_is_noticed_and_the_query_repeated(rig: Rig, date: str) -> None:
    rig.server.plan = [_answer(date=date), _answer(_good("a", _point(1, 1)), date=date)]
    activity = _client(rig).activity()
    assert activity.of("a").calls == 1
    asked = datetime.fromisoformat(rig.server.requests[1].query["timespan"].split("/")[1])
    assert asked == activity.observed_at + timedelta(hours=1)


def test_without_a_clock_of_the_service_the_own_one_serves(rig: Rig) -> None:
    rig.server.plan = [Answer(body={"value": [{"timeseries": []}]})]
    assert _client(rig).activity().observed_at == NOW


@pytest.mark.parametrize("body", [{}, {"value": None}])
def test_an_answer_without_metrics_is_not_silence(rig: Rig, body: Any) -> None:
    rig.server.plan = [Answer(body=body)]
    with pytest.raises(ResponseUnknown):
        _client(rig).activity()


@pytest.mark.parametrize(
    "metrics",
    [
        [],
        [{}],
        [{"timeseries": None}],
        [{"errorCode": "Unavailable", "timeseries": []}],
        [{"timeseries": [{}] * 10_000}],
    ],
)
def test_an_answer_without_figures_leaves_every_use_unknown(rig: Rig, metrics: Any) -> None:
    rig.server.plan = [Answer(body={"value": metrics})]
    use = _client(rig).activity().of("a")
    assert use.unknown.startswith("Monitor")
    assert use.calls is None


def test_a_missing_role_says_which(rig: Rig) -> None:
    rig.server.plan = [Answer(403, {"error": {"code": "AuthorizationFailed"}})]
    with pytest.raises(Unauthorized, match="Monitoring Reader"):
        _client(rig).activity()


@pytest.mark.parametrize("strange", [None, 7, {}, {"data": 3}, {"metadatavalues": [{"name": 1}]}])
def test_strange_series_are_left_out(rig: Rig, strange: Any) -> None:
    rig.server.plan = [_answer(strange, _good("a", {"timeStamp": "x", "total": 1}, _point(1, 2)))]
    assert _client(rig).activity().of("a").calls == 2


def _doubtful(rig: Rig, *series: Any, **metric: Any) -> Activity:
    answer = _answer(*series)
    assert isinstance(answer.body, dict)
    rig.server.plan = [replace(answer, body={**answer.body, **metric})]
    return _client(rig).activity()


def test_an_error_within_the_metric_is_named(rig: Rig) -> None:
    metric = {"errorCode": "DependencyFailed", "errorMessage": "try later", "timeseries": []}
    rig.server.plan = [Answer(body={"value": [metric]}, headers={"x-ms-request-id": "r-9"})]
    use = _client(rig).activity().of("a")
    assert use.unknown == "Monitor answers DependencyFailed: try later (request id r-9)"


def test_a_metric_that_succeeded_without_series_means_no_calls(rig: Rig) -> None:
    rig.server.plan = [Answer(body={"value": [{"errorCode": "Success", "timeseries": []}]})]
    use = _client(rig).activity().of("a", NOW - timedelta(days=15))
    assert (use.calls, use.unknown) == (0, "")


@pytest.mark.parametrize("empty", ["__Empty", "__empty", "", None])
@pytest.mark.parametrize("name", ["StatusCode", "OperationName"])
def test_calls_without_status_or_operation_make_one_deployment_unknown(
    rig: Rig, name: str, empty: str | None
) -> None:
    dimensions = {"ModelDeploymentName": "a", "StatusCode": "200", "OperationName": "Completions"}
    if empty is None:
        del dimensions[name]
    else:
        dimensions[name] = empty
    activity = _doubtful(rig, _series([_point(1, 3)], **dimensions), _good("b", _point(1, 2)))
    assert "without their" in activity.of("a").unknown
    assert activity.of("a").calls != 0
    assert activity.of("b") == Use(2, datetime(2026, 11, 20, 1, tzinfo=UTC))
    assert activity.of("quiet") == Use(0)


@pytest.mark.parametrize("dimensions", [{}, {"ModelDeploymentName": "__Empty"}])
def test_calls_of_no_named_deployment_may_be_those_of_a_quiet_one(
    rig: Rig, dimensions: dict[str, str]
) -> None:
    unnamed = _series([_point(5, 7)], **dimensions, StatusCode="200", OperationName="Completions")
    activity = _doubtful(rig, unnamed, _good("early", _point(2, 1)), _good("late", _point(9, 1)))
    for name in ("quiet", "early"):
        assert "7 calls without a deployment's name" in activity.of(name).unknown
    assert activity.of("quiet").calls is None
    assert activity.of("late").unknown == ""


def test_failed_calls_without_a_name_leave_no_doubt(rig: Rig) -> None:
    failed = _series([_point(5, 7)], ModelDeploymentName="__Empty", StatusCode="401")
    assert _doubtful(rig, failed).of("quiet") == Use(0)


def test_calls_at_an_unreadable_time_leave_a_doubt(rig: Rig) -> None:
    use = _doubtful(rig, _good("a", {"timeStamp": "x", "total": 1})).of("a")
    assert (use.calls, use.unknown) == (None, "Monitor does not say when 1 calls were")


def test_the_window_is_the_one_that_monitor_answers_for(rig: Rig) -> None:
    cut = _doubtful(rig, timespan="2026-11-14T12:00:00Z/2026-11-21T13:00:00Z")
    assert cut.since == datetime(2026, 11, 14, 12, tzinfo=UTC)
    assert "since 2026-11-14 12:00 UTC only" in cut.of("a", NOW - timedelta(days=15)).unknown
    assert cut.of("a", NOW - timedelta(days=3)) == Use(0)


def test_a_month_of_28_days_is_enough_for_the_rule_of_15(rig: Rig) -> None:
    month = _doubtful(rig, timespan="2026-10-24T13:00:00Z/2026-11-21T13:00:00Z")
    assert month.of("a", NOW - timedelta(days=15)) == Use(0)


def test_a_call_within_a_cut_window_is_known(rig: Rig) -> None:
    span = "2026-11-19T00:00:00Z/2026-11-21T13:00:00Z"
    use = _doubtful(rig, _good("a", _point(1, 2)), timespan=span).of("a", NOW - timedelta(days=15))
    assert (use.calls, use.unknown) == (2, "")


def test_a_window_that_ends_early_is_unknown(rig: Rig) -> None:
    span = "2026-10-22T00:00:00Z/2026-11-20T00:00:00Z"
    use = _doubtful(rig, _good("a", _point(1, 2)), timespan=span).of("a")
    assert "until 2026-11-20 00:00 UTC only" in use.unknown
    assert use.calls == 2
