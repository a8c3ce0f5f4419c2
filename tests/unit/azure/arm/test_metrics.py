"""Use of deployments: what counts, when it was seen, and what silence means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aoai.azure.arm.metrics import MetricsClient
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


@pytest.mark.parametrize("status", ["400", "404", "429", "500", "", "Throttled"])
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
    rig.server.plan = [Answer(body={"value": []})]
    assert _client(rig).activity().observed_at == NOW


@pytest.mark.parametrize("body", [{}, {"value": None}])
def test_an_answer_without_metrics_is_not_silence(rig: Rig, body: Any) -> None:
    rig.server.plan = [Answer(body=body)]
    with pytest.raises(ResponseUnknown):
        _client(rig).activity()


def test_a_missing_role_says_which(rig: Rig) -> None:
    rig.server.plan = [Answer(403, {"error": {"code": "AuthorizationFailed"}})]
    with pytest.raises(Unauthorized, match="Monitoring Reader"):
        _client(rig).activity()


@pytest.mark.parametrize("strange", [None, 7, {}, {"data": 3}, {"metadatavalues": [{"name": 1}]}])
def test_strange_series_are_left_out(rig: Rig, strange: Any) -> None:
    rig.server.plan = [_answer(strange, _good("a", {"timeStamp": "x", "total": 1}, _point(1, 2)))]
    assert _client(rig).activity().of("a").calls == 2
