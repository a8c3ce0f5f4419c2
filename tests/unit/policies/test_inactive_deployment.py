from __future__ import annotations

from datetime import timedelta

import pytest
from aoai_policies.rules.inactive_deployment import RULE
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import (
    EMULATED,
    ago,
    coming,
    deployment,
    existing,
    findings,
    job,
    model,
    native,
)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("idle", "expected"),
    [(0, []), (9.9, []), (10, ["advisory"]), (13.9, ["advisory"]), (14, ["mandatory"])],
)
def test_a_deployment_is_warned_of_and_then_failed_as_it_stands_idle(
    idle: float, expected: list[str]
) -> None:
    assert [f.level for f in findings(RULE, existing("chat", days(idle)))] == expected


def test_a_call_starts_the_days_anew() -> None:
    assert findings(RULE, existing("chat", created=days(40), called=days(9))) == ()


def test_a_call_before_the_deployment_was_made_does_not_count() -> None:
    (finding,) = findings(RULE, existing("chat", created=days(12), called=days(20)))

    assert "idle for 12 days" in finding.message


def test_the_warning_says_what_where_how_long_until_when_and_what_to_do() -> None:
    (finding,) = findings(RULE, existing("chat", created=days(30), called=days(12)))

    for part in (
        'Deployment "chat" (chat-v1) in account sweden (swedencentral)',
        "idle for 12 days: made on 2026-02-18, last called on 2026-03-08",
        "on 2026-03-23, in 3 days",
        "Send it a chat request",
        'remove "chat" from the program',
    ):
        assert part in finding.message


def test_a_deployment_that_was_never_called_is_said_to_be_so() -> None:
    (finding,) = findings(RULE, existing("chat", created=days(12)))

    assert "never called" in finding.message


@pytest.mark.parametrize(
    ("idle", "words"),
    [(14.5, "on 2026-03-21, within a day"), (16, "at any moment: that was due on 2026-03-19")],
)
def test_the_last_day_and_a_day_that_has_passed_have_words_of_their_own(
    idle: float, words: str
) -> None:
    (finding,) = findings(RULE, existing("chat", days(idle)))

    assert words in finding.message


def test_without_a_day_of_removal_the_fifteen_days_stand() -> None:
    activity = {"last_inference_at": None, "observed_at": ago(days(0))}

    (finding,) = findings(RULE, existing("chat", days(16), activity=activity))

    assert "due after 15 days" in finding.message


def test_the_clock_of_an_emulator_that_is_ahead_is_believed() -> None:
    idle = existing("chat", created=days(0), observed=days(-12), account=EMULATED)
    used = existing("chat", created=days(0), called=days(-12), observed=days(-12), account=EMULATED)

    assert [f.level for f in findings(RULE, idle)] == ["advisory"]
    assert findings(RULE, used) == ()


@pytest.mark.parametrize("ahead", [0.1, 1, 20])
def test_a_reading_from_the_future_is_not_fresh_whatever_it_counts(ahead: float) -> None:
    used = existing("chat", created=days(5), called=days(0.5 - ahead), observed=days(-ahead))

    (finding,) = findings(RULE, used)

    assert finding.level == "mandatory"
    assert "still to come by the clock here" in finding.message


def test_a_reading_from_the_future_that_proves_idleness_is_believed() -> None:
    idle = existing("chat", created=days(-5), observed=days(-20))

    (finding,) = findings(RULE, idle)

    assert (finding.level, "idle for 15 days" in finding.message) == ("mandatory", True)


def test_a_minute_between_two_clocks_does_no_harm() -> None:
    assert findings(RULE, existing("chat", created=days(3), observed=days(-0.001))) == ()


@pytest.mark.parametrize(
    "reading",
    [
        {"unknown": "Monitor answered 429"},
        {"unknown": "Monitor answered 429", "calls": 0.0, "last_inference_at": None},
        {"unknown": True},
        {"calls": None, "last_inference_at": None},
        {"calls": "many", "last_inference_at": None},
        {"calls": -1.0, "last_inference_at": None},
        {"calls": 7.0, "last_inference_at": None},
        {"calls": 7.0, "last_inference_at": ago(days(-3))},
    ],
)
def test_a_reading_that_cannot_be_believed_is_no_count_of_zero(reading: dict[str, object]) -> None:
    activity = {"observed_at": ago(days(0)), **reading}

    (young,) = findings(RULE, existing("chat", created=days(5), activity=activity))
    (old,) = findings(RULE, existing("chat", created=days(20), activity=activity))

    assert (young.level, old.level) == ("advisory", "mandatory")
    assert "are not known: " in old.message
    assert "never called" not in old.message


def test_what_was_not_read_yet_is_not_zero_calls() -> None:
    names = ("calls", "last_inference_at", "deleted_on", "observed_at", "unknown")
    nothing = dict.fromkeys(names)

    assert findings(RULE, existing("chat", created=days(0.1), activity=nothing)) == ()
    (finding,) = findings(RULE, existing("chat", created=days(20), activity=nothing))
    assert "were never read" in finding.message


def test_the_reason_of_an_unknown_reading_is_given() -> None:
    activity = {"unknown": "Azure Monitor refused (409, the provider is not registered)"}

    (finding,) = findings(RULE, existing("chat", created=days(20), activity=activity))

    assert "409, the provider is not registered" in finding.message


def test_the_money_until_the_removal_is_named() -> None:
    (finding,) = findings(RULE, existing("chat", created=days(12)))

    assert "Until then its hosting costs 122 USD, at 1.70 USD an hour." in finding.message


def test_a_planned_change_that_hides_the_activity_is_a_finding_of_its_own() -> None:
    training = job("chat-job", job_id="ftjob-1")

    (finding,) = findings(RULE, training, deployment("chat"))

    assert finding.level == "advisory"
    assert "activity is not shown" in finding.message


def test_a_name_that_stays_may_hide_idleness_under_a_model_still_to_be_trained() -> None:
    made, training = job("made", job_id="ftjob-1"), job("job")
    trained = model("model", training)
    named = coming("chat", trained)
    unnamed = coming("chat", trained, deployment_name=UNKNOWN)

    assert [f.level for f in findings(RULE, made, training, trained, named)] == ["advisory"]
    assert findings(RULE, made, training, trained, unnamed) == ()


def test_a_deployment_of_another_provider_is_said_not_to_be_read() -> None:
    (finding,) = findings(RULE, native("chat"))

    assert (finding.level, "are not read" in finding.message) == ("advisory", True)


def test_the_limits_are_settings_and_may_be_floats() -> None:
    chat = existing("chat", days(6))

    assert [f.level for f in findings(RULE, chat, warnAfterDays=5.0)] == ["advisory"]
    assert [f.level for f in findings(RULE, chat, failAfterDays=5.5)] == ["mandatory"]


@pytest.mark.parametrize("tier", ["DeveloperTier", "developer"])
def test_developer_tier_is_left_to_its_own_rule(tier: str) -> None:
    assert findings(RULE, existing("chat", days(30), sku=tier)) == ()


def test_a_base_model_is_never_removed_for_inactivity() -> None:
    assert findings(RULE, existing("chat", days(30), model="gpt-4.1-mini")) == ()


def test_a_deployment_that_is_still_to_be_made_has_no_activity_to_look_at() -> None:
    assert findings(RULE, deployment("chat")) == ()


def test_a_deployment_that_azure_removed_is_left_to_its_own_rule() -> None:
    assert findings(RULE, existing("chat", created=days(16), removed_for_inactivity=True)) == ()


@pytest.mark.parametrize(("age", "expected"), [(1, []), (1.1, ["advisory"])])
def test_a_reading_older_than_a_day_is_a_finding_of_its_own(
    age: float, expected: list[str]
) -> None:
    chat = existing("chat", created=days(5), observed=days(age))

    assert [f.level for f in findings(RULE, chat)] == expected


def test_an_old_reading_says_when_it_was_made_and_to_refresh() -> None:
    (finding,) = findings(RULE, existing("chat", created=days(5), observed=days(2)))

    assert "last read on 2026-03-18" in finding.message
    assert "idle for 5 days" in finding.message
    assert "--refresh" in finding.message


def test_an_old_reading_of_what_may_be_gone_by_now_fails_closed() -> None:
    chat = existing("chat", created=days(20), called=days(15), observed=days(6))

    assert [f.level for f in findings(RULE, chat)] == ["mandatory"]
    assert [f.level for f in findings(RULE, chat, onUnknown="advisory")] == ["advisory"]


@pytest.mark.parametrize(
    ("created", "expected"), [(0.5, []), (3, ["advisory"]), (20, ["mandatory"])]
)
def test_a_deployment_that_was_never_looked_at_is_judged_by_its_age(
    created: float, expected: list[str]
) -> None:
    chat = existing("chat", created=days(created), activity=UNKNOWN)

    found = findings(RULE, chat)

    assert [f.level for f in found] == expected
    assert all("were never read" in f.message for f in found)


def test_a_deployment_of_which_nothing_is_known_fails_closed() -> None:
    chat = existing("chat", created=days(1), created_at=UNKNOWN, activity=UNKNOWN)

    assert [f.level for f in findings(RULE, chat)] == ["mandatory"]


def test_a_deployment_in_the_middle_of_trouble_does_not_hide_the_others() -> None:
    unread = existing("unread", created=days(1), created_at="yesterday", activity="none")
    idle = existing("idle", created=days(14))

    found = findings(RULE, unread, idle, onUnknown="advisory")

    assert sorted(f.level for f in found) == ["advisory", "mandatory"]
