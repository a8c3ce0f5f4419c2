"""The reading of a deployment's use: what is not known is said to be unknown, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aoai.azure.clients import open_clients
from aoai.azure.lifecycle.activity import activity, was_due
from tests.unit.azure.helpers import Answer, Request, Rig, token_source

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
TUNED = "gpt-4.1-2025-04-14.ft-0a1b"
DATE = {"Date": "Sat, 21 Nov 2026 12:00:00 GMT"}


def read(rig: Rig, answer: Answer, sku: str = "Standard") -> dict[str, Any]:
    def route(request: Request) -> Answer:
        assert "Microsoft.Insights" in request.path
        return answer

    rig.server.route = route
    tokens = token_source(rig.credential, rig.time.clock)
    clients = open_clients(rig.account(), tokens, rig.time.retry_policy())
    clients.session.verify = rig.session.verify
    try:
        return activity(clients, "tutor", model=TUNED, sku=sku, created_at=CREATED)
    finally:
        clients.close()


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "BadRequest", "BadRequest"),
        (403, "AuthorizationFailed", "Monitoring Reader"),
        (404, "ResourceNotFound", "ResourceNotFound"),
        (409, "MissingSubscriptionRegistration", "az provider register"),
        (429, "TooManyRequests", "429"),
        (503, "ServiceUnavailable", "run again later"),
    ],
)
def test_a_refusal_of_monitor_is_unknown_with_its_reason(
    rig: Rig, status: int, code: str, reason: str
) -> None:
    seen = read(rig, Answer(status, {"error": {"code": code, "message": "m"}}, DATE))
    assert reason in seen["unknown"]
    assert seen["calls"] is seen["last_inference_at"] is seen["deleted_on"] is None
    assert not was_due(seen)


def test_a_reading_of_no_calls_names_the_day_of_removal(rig: Rig) -> None:
    seen = read(rig, Answer(body={"value": [{"timeseries": []}]}, headers=DATE))
    assert (seen["calls"], seen["unknown"]) == (0, None)
    assert seen["deleted_on"] == (CREATED + timedelta(days=15)).isoformat()
    assert was_due(seen)


def test_an_unknown_reading_names_no_day(rig: Rig) -> None:
    span = "2026-11-20T00:00:00Z/2026-11-21T13:00:00Z"
    answer = Answer(body={"value": [{"timeseries": []}], "timespan": span}, headers=DATE)
    seen = read(rig, answer)
    assert (seen["calls"], seen["deleted_on"]) == (None, None)
    assert "since 2026-11-20" in seen["unknown"]


def test_the_developer_tier_ends_whatever_its_use(rig: Rig) -> None:
    span = "2026-11-20T00:00:00Z/2026-11-21T13:00:00Z"
    answer = Answer(body={"value": [{"timeseries": []}], "timespan": span}, headers=DATE)
    assert read(rig, answer, "DeveloperTier")["deleted_on"] == "2026-11-02T00:00:00+00:00"
