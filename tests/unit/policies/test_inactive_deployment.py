from __future__ import annotations

from datetime import timedelta

import pytest
from aoai_policies.rules.inactive_deployment import RULE
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import ago, deployment, existing, findings


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


def test_a_service_clock_that_is_ahead_is_believed() -> None:
    chat = existing("chat", created=days(0), observed=days(-12))

    assert [f.level for f in findings(RULE, chat)] == ["advisory"]


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


def test_a_deployment_that_azure_removed_fails_and_says_how_to_get_it_back() -> None:
    chat = existing("chat", created=days(16), removed_for_inactivity=True)

    (finding,) = findings(RULE, chat)

    assert finding.level == "mandatory"
    for part in ("was removed by Azure on 2026-03-19", "model was not touched", "`redeploy: true`"):
        assert part in finding.message


def test_a_removed_deployment_that_is_to_be_deployed_again_is_fine() -> None:
    chat = existing("chat", created=days(16), removed_for_inactivity=True, redeploy=True)

    assert findings(RULE, chat) == ()


def test_a_removal_whose_day_is_not_known_is_still_told() -> None:
    chat = existing("chat", created=days(16), removed_for_inactivity=True, activity=UNKNOWN)

    (finding,) = findings(RULE, chat)

    assert "a day that was not recorded" in finding.message


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
