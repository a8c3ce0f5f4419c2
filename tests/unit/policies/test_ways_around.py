"""Programs that try to get past the two rules that a team relies on most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aoai_policies.rules import inactive_deployment, one_deployment_per_model
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import NOW, ago, existing, findings, native
from tests.unit.policies.ways import ALLOWED, STOPPED, Way

ONE = one_deployment_per_model.RULE
IDLE = inactive_deployment.RULE


def test_there_are_as_many_ways_as_were_asked_for() -> None:
    assert len(STOPPED) >= 25
    assert len(PAST_THE_DAYS) >= 15


@pytest.mark.parametrize("way", STOPPED.values(), ids=STOPPED)
def test_a_second_deployment_is_found_however_it_is_written(way: Way) -> None:
    resources = way()

    found = findings(ONE, *resources)

    assert [f.level for f in found] == ["mandatory"]
    assert findings(ONE, *reversed(resources)) == found


@pytest.mark.parametrize("way", STOPPED.values(), ids=STOPPED)
def test_taking_either_deployment_out_is_a_remedy(way: Way) -> None:
    resources = way()

    for name in ("a", "b"):
        assert findings(ONE, *(r for r in resources if r.name != name)) == ()


@pytest.mark.parametrize("way", ALLOWED.values(), ids=ALLOWED)
def test_two_models_are_left_alone(way: Way) -> None:
    assert findings(ONE, *way()) == ()


@pytest.mark.parametrize(
    "kind",
    [
        "azure-native:cognitiveservices/v20241001:Deployment",
        "azure-native_cognitiveservices_v20250901:cognitiveservices:Deployment",
    ],
)
def test_every_api_version_of_azure_native_counts(kind: str) -> None:
    from dataclasses import replace

    found = findings(ONE, native("a"), replace(native("b"), type=kind))

    assert [f.level for f in found] == ["mandatory"]


def test_a_deployment_that_is_only_read_or_about_to_go_is_a_warning() -> None:
    from dataclasses import replace

    found = findings(ONE, native("a"), replace(native("b"), registered=False))

    assert [f.level for f in found] == ["advisory"]
    assert "does not declare" in found[0].message


def days(count: float) -> timedelta:
    return timedelta(days=count)


def reading(**values: object) -> dict[str, object]:
    return {
        "activity": {"calls": 0.0, "last_inference_at": None, "observed_at": ago(days(0))} | values
    }


OFFSET = (NOW - days(16)).astimezone().isoformat()
PAST_THE_DAYS: Mapping[str, Mapping[str, Any]] = {
    "never called": {},
    "never called, by a time without a zone": {"created_at": ago(days(16)).rstrip("Z")},
    "never called, by a time in another zone": {"created_at": OFFSET},
    "never looked at": {"activity": UNKNOWN},
    "a reading of another form": {"activity": "none"},
    "a reading that is old": reading(observed_at=ago(days(3))),
    "a reading from the future": reading(
        observed_at=ago(days(-20)), last_inference_at=ago(days(-19)), calls=1.0
    ),
    "a call in the future": reading(last_inference_at=ago(days(-1)), calls=1.0),
    "a refused reading": reading(unknown="Azure Monitor refused (429)"),
    "a refused reading that counts calls": reading(unknown="403", calls=5.0, observed_at=None),
    "calls without a time": reading(calls=5.0),
    "a count that is none": reading(calls=None),
    "a negative count": reading(calls=-1.0),
    "an age that is not known": {"created_at": UNKNOWN, "activity": UNKNOWN},
    "an age that is no time": {"created_at": "long ago", "activity": {}},
    "a call before it was made": reading(last_inference_at=ago(days(17)), calls=1.0),
    "a day of removal that lies far ahead": reading(deleted_on=ago(days(-300))),
    "redeploy on one that is there": {"redeploy": True},
    "a removal that is not known": {"removed_for_inactivity": UNKNOWN},
    "a model that is not known": {"model": UNKNOWN},
    "a model in capitals": {"model": "GPT-4.1-MINI.FT-0A1B2C"},
    "an SKU that only sounds like the developer tier": {"sku": "Developer Tier"},
}


@pytest.mark.parametrize("props", PAST_THE_DAYS.values(), ids=PAST_THE_DAYS)
def test_sixteen_days_without_a_call_are_found_however_they_are_hidden(
    props: Mapping[str, Any],
) -> None:
    (finding,) = findings(IDLE, existing("chat", created=days(16), **props))

    assert finding.level == "mandatory"


@pytest.mark.parametrize(
    "config",
    [
        {"failAfterDays": 1000.0},
        {"failAfterDays": "never"},
        {"warnAfterDays": None},
        {"exceptions": [{"name": "chat"}]},
        {"exceptions": [{"name": "chat", "reason": " ", "expires": "2999-01-01"}]},
        {"exceptions": [{"name": "chat", "reason": "why not", "expires": "never"}]},
        {"exceptions": [{"name": "chat", "reason": "it was", "expires": "2026-03-19"}]},
        {"exceptions": "chat"},
        {"failAfter": 1000.0},
    ],
)
def test_no_config_gets_past_the_days_by_accident(config: dict[str, Any]) -> None:
    found = findings(IDLE, existing("chat", created=days(16)), **config)

    assert "mandatory" in {f.level for f in found}


def test_an_exception_that_is_whole_lets_it_be_on_its_last_day() -> None:
    one = {"name": "chat", "reason": "kept for the audit", "expires": "2026-03-20"}

    assert findings(IDLE, existing("chat", created=days(16)), exceptions=[one]) == ()
