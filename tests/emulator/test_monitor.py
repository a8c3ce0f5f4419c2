"""Monitor: which calls are counted, how they are split, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from aoai_emulator import RunningEmulator

from tests.emulator.wire import AMERICA, OTHER_SUBSCRIPTION, SWEDEN, Wire

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
    azure.freeze("2026-03-01T00:00:00Z")
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
    assert answer["namespace"] == "Microsoft.CognitiveServices/accounts"
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
    azure.freeze("2026-03-01T00:00:00Z")
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
        ({"metricnamespace": "Microsoft.Storage/storageAccounts"}, "namespace"),
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
    azure.freeze("2026-03-01T00:00:00Z")
    path = f"{azure.account_id(SWEDEN)}/providers/microsoft.insights/metrics"
    answer = wire.arm("GET", path, "2018-01-01").json()
    assert answer["timespan"] == "2026-02-28T23:00:00Z/2026-03-01T00:00:00Z"


def test_the_namespace_comes_back_as_it_was_sent(served: Wire) -> None:
    sent = "microsoft.COGNITIVESERVICES/accounts"
    assert ask(served, metricnamespace=sent).json()["namespace"] == sent


def test_a_longer_span_is_answered_for_the_month_before_its_end(
    served: Wire, azure: RunningEmulator
) -> None:
    long = {"timespan": "2026-01-01T00:00:00Z/2026-03-31T00:00:00Z", "interval": "FULL"}
    answer = ask(served, **long)
    assert answer.json()["timespan"] == "2026-02-28T00:00:00Z/2026-03-31T00:00:00Z"
    late = {**long, "timespan": "2026-02-01T00:00:00Z/2026-05-01T00:00:00Z"}
    assert series(ask(served, **late)) == {}
    azure.settings(monitor_span="whole")
    assert series(ask(served, **late)) == {(): [3.0]}


def test_a_dimension_can_be_rolled_up(served: Wire) -> None:
    split = f"{DEPLOYMENTS} and StatusCode eq '*'"
    params = {"interval": "FULL", "$filter": split}
    assert series(ask(served, **params)) == {("busy", "200"): [2.0], ("busy", "400"): [1.0]}
    assert series(ask(served, rollupby="StatusCode", **params)) == {("busy",): [3.0]}
    assert series(ask(served, rollupby="StatusCode,ModelDeploymentName", **params)) == {(): [3.0]}


def test_what_monitor_may_answer_too_is_a_setting(served: Wire, azure: RunningEmulator) -> None:
    params = {"interval": "FULL", "$filter": DEPLOYMENTS}
    azure.settings(monitor_empty_series=True)
    assert series(ask(served, **params)) == {("busy",): [3.0], ("__Empty",): [0.0]}
    azure.settings(monitor_empty_series=False, monitor_delay_seconds=10 * 86_400)
    assert series(ask(served, **params)) == {}
    azure.settings(monitor_delay_seconds=0, monitor_error_code="Throttled")
    (metric,) = ask(served, **params).json()["value"]
    assert (metric["errorCode"], metric["timeseries"]) == ("Throttled", [])
    assert metric["errorMessage"]


def test_hours_of_training_are_counted_where_a_job_ends(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    azure.pace("time:5400", of="jobs")
    job = wire.submit()
    azure.advance(hours=2)
    assert wire.job(job)["status"] == "succeeded"
    found = series(ask(wire, metricnames="FineTunedTrainingHours"))
    assert found == {(): [1.5] + [None] * 9}


def batch(wire: Wire, ids: list[str], **params: str) -> requests.Response:
    """A call of metrics:getBatch for the first ten days of March."""
    path = "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/metrics:getBatch"
    params = {
        "api-version": "2024-02-01",
        "metricnames": "AzureOpenAIRequests",
        "metricnamespace": "Microsoft.CognitiveServices/accounts",
        "starttime": "2026-03-01T00:00:00Z",
        "endtime": "2026-03-11T00:00:00Z",
        "interval": "FULL",
        "filter": DEPLOYMENTS,
        **params,
    }
    token = wire.token(audience="https://metrics.monitor.azure.com")
    headers = {"Authorization": f"Bearer {token}"}
    return wire.raw("POST", path, params=params, json={"resourceids": ids}, headers=headers)


def test_a_batch_asks_for_many_accounts_of_a_region(served: Wire) -> None:
    mine = served.azure.account_id(SWEDEN)
    (found,) = batch(served, [mine]).json()["values"]
    assert (found["resourceid"], found["resourceregion"]) == (mine, "swedencentral")
    assert found["endtime"] == "2026-03-11T00:00:00Z"
    assert found["value"][0]["timeseries"][0]["data"][0]["total"] == 3


@pytest.mark.parametrize(
    ("accounts", "params", "what"),
    [
        ([], {}, "resourceids"),
        ([SWEDEN, AMERICA], {}, "one region"),
        ([OTHER_SUBSCRIPTION], {}, "not in the subscription"),
        ([SWEDEN], {"metricnamespace": "other"}, "namespace"),
    ],
)
def test_a_batch_that_monitor_would_refuse_is_refused(
    wire: Wire, accounts: list[str], params: dict[str, str], what: str
) -> None:
    ids = [wire.azure.account_id(each) for each in accounts]
    answer = batch(wire, ids, **params)
    assert (answer.status_code, what in answer.text) == (400, True), answer.text


def test_a_batch_needs_a_token_of_its_own_audience(wire: Wire) -> None:
    path = "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/metrics:getBatch"
    answer = wire.arm("POST", path, "2024-02-01", json={})
    assert answer.status_code == 401
