"""Monitor: which calls are counted, how they are split, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire

DEPLOYMENTS = "ModelDeploymentName eq '*'"


def ask(wire: Wire, **params: Any) -> requests.Response:
    path = f"{wire.azure.account_id(SWEDEN)}/providers/Microsoft.Insights/metrics"
    params = {
        "metricnames": "AzureOpenAIRequests",
        "timespan": "2026-03-01T00:00:00Z/2026-03-11T00:00:00Z",
        "interval": "P1D",
        "aggregation": "Total",
        **params,
    }
    return wire.arm("GET", path, "2023-10-01", params=params)


def series(answer: requests.Response) -> dict[tuple[str, ...], list[float | None]]:
    """The totals of each series, by the values of its dimensions."""
    assert answer.status_code == 200, answer.text
    (metric,) = answer.json()["value"]
    return {
        tuple(label["value"] for label in each["metadatavalues"]): [
            point.get("total") for point in each["data"]
        ]
        for each in metric["timeseries"]
    }


@pytest.fixture
def served(wire: Wire, azure: RunningEmulator) -> Wire:
    """Two deployments: ``busy`` has 2 good and 1 bad call on the third day, ``idle`` has none."""
    azure.stand("2026-03-01T00:00:00Z")
    wire.deploy(wire.trained(), "busy")
    wire.deploy(wire.trained(), "idle")
    azure.advance(days=2, hours=5)
    assert [wire.chat("busy").status_code for _ in range(2)] == [200, 200]
    assert wire.chat("busy", messages=[]).status_code == 400
    azure.advance(days=7)
    return wire


def test_calls_are_counted_by_deployment_and_day(served: Wire) -> None:
    found = series(ask(served, **{"$filter": DEPLOYMENTS}))
    assert found == {("busy",): [None, None, 3.0] + [None] * 7}


def test_dimension_names_come_back_lower_cased(served: Wire) -> None:
    answer = ask(served, **{"$filter": f"{DEPLOYMENTS} and StatusCode eq '*'"}).json()
    assert answer["namespace"] == "microsoft.cognitiveservices/accounts"
    labels = answer["value"][0]["timeseries"][0]["metadatavalues"]
    assert [label["name"]["value"] for label in labels] == ["modeldeploymentname", "statuscode"]


def test_calls_are_told_apart_by_their_status(served: Wire) -> None:
    found = series(ask(served, interval="FULL", **{"$filter": "StatusCode eq '*'"}))
    assert found == {("200",): [2.0], ("400",): [1.0]}
    good = series(ask(served, interval="FULL", **{"$filter": "StatusCode eq '200'"}))
    assert good == {("200",): [2.0]}
    either = "StatusCode eq '200' or StatusCode eq '400'"
    found = series(ask(served, interval="FULL", **{"$filter": either}))
    assert found == {("200",): [2.0], ("400",): [1.0]}


def test_without_a_filter_there_is_one_series(served: Wire) -> None:
    assert series(ask(served, interval="FULL")) == {(): [3.0]}


def test_a_span_without_calls_has_no_series(served: Wire) -> None:
    span = "2026-03-05T00:00:00Z/2026-03-09T00:00:00Z"
    assert series(ask(served, timespan=span, **{"$filter": DEPLOYMENTS})) == {}


def test_ten_series_unless_more_are_asked_for(wire: Wire, azure: RunningEmulator) -> None:
    azure.stand("2026-03-01T00:00:00Z")
    azure.settings(fine_tuned_deployments=20)
    file = wire.upload()
    for number in range(12):
        wire.deploy(wire.trained(training_file=file), f"d{number}")
        wire.chat(f"d{number}")
    azure.advance(days=1)
    assert len(series(ask(wire, **{"$filter": DEPLOYMENTS}))) == 10
    assert len(series(ask(wire, top=50, **{"$filter": DEPLOYMENTS}))) == 12


def test_the_busiest_series_come_first_unless_asked_otherwise(served: Wire) -> None:
    assert served.chat("idle").status_code == 200
    served.azure.advance(seconds=60)
    params = {"interval": "FULL", "timespan": "2026-03-01T00:00:00Z/2026-03-12T00:00:00Z"}
    params |= {"$filter": DEPLOYMENTS, "top": "1"}
    assert list(series(ask(served, **params))) == [("busy",)]
    assert list(series(ask(served, orderby="Total asc", **params))) == [("idle",)]


def test_the_names_alone_can_be_asked_for(served: Wire) -> None:
    answer = ask(served, resultType="Metadata", **{"$filter": DEPLOYMENTS}).json()
    (found,) = answer["value"][0]["timeseries"]
    assert set(found) == {"metadatavalues"}


def test_history_ends_after_93_days(served: Wire, azure: RunningEmulator) -> None:
    azure.advance(days=80)
    assert series(ask(served, **{"$filter": DEPLOYMENTS})) != {}
    azure.advance(days=10)
    assert series(ask(served, **{"$filter": DEPLOYMENTS})) == {}


def test_tokens_are_counted_too(served: Wire) -> None:
    names = "ProcessedPromptTokens,GeneratedTokens,TokenTransaction"
    answer = ask(served, metricnames=names, interval="FULL").json()
    totals = [metric["timeseries"][0]["data"][0]["total"] for metric in answer["value"]]
    assert totals[0] > 0
    assert totals[2] == totals[0] + totals[1]


def test_other_aggregations_are_given_when_asked_for(served: Wire) -> None:
    answer = ask(served, interval="FULL", aggregation="Count,Average,Maximum").json()
    (point,) = answer["value"][0]["timeseries"][0]["data"]
    assert set(point) == {"timeStamp", "count", "average", "maximum"}


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ({"$filter": "Colour eq 'red'"}, "does not have the dimension colour"),
        ({"$filter": "StatusCode like '2'"}, "not valid"),
        ({"$filter": "StatusCode eq '200' ModelName eq 'x'"}, "not valid"),
        ({"$filter": "StatusCode eq '200' or ModelName eq 'x'"}, "one dimension"),
        ({"metricnames": "Colours"}, "Failed to find metric configuration"),
        ({"interval": "PT2M"}, "Invalid time grain"),
        ({"aggregation": "Median"}, "Invalid aggregation"),
        ({"timespan": "yesterday"}, "Invalid timespan"),
        ({"timespan": "2026-03-02T00:00:00Z/2026-03-01T00:00:00Z"}, "must lie after"),
        ({"top": "0"}, "top"),
        ({"metricnames": ",".join(["AzureOpenAIRequests"] * 21)}, "At most 20"),
    ],
)
def test_a_question_that_monitor_would_refuse_is_refused(
    wire: Wire, params: dict[str, Any], what: str
) -> None:
    answer = ask(wire, **params)
    assert (answer.status_code, what in answer.text) == (400, True), answer.text


def test_an_unknown_dimension_can_be_let_through(wire: Wire) -> None:
    answer = ask(wire, ValidateDimensions="false", **{"$filter": "Colour eq '*'"})
    assert answer.status_code == 200


def test_a_span_may_be_escaped_twice_as_az_does(served: Wire) -> None:
    span = "2026-03-01T00%3A00%3A00Z%2F2026-03-11T00%3A00%3A00Z"
    assert series(ask(served, timespan=span, interval="FULL")) == {(): [3.0]}


def test_the_last_hour_is_the_usual_span(wire: Wire, azure: RunningEmulator) -> None:
    azure.stand("2026-03-01T00:00:00Z")
    path = f"{azure.account_id(SWEDEN)}/providers/microsoft.insights/metrics"
    answer = wire.arm("GET", path, "2018-01-01").json()
    assert answer["timespan"] == "2026-02-28T23:00:00Z/2026-03-01T00:00:00Z"
