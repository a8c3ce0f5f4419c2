from __future__ import annotations

from datetime import timedelta

from aoai_policies.rules.removed_for_inactivity import RULE
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import ago, existing, findings


def days(count: float) -> timedelta:
    return timedelta(days=count)


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


def test_a_deployment_that_is_there_is_fine() -> None:
    assert findings(RULE, existing("chat", created=days(16))) == ()


def test_a_removal_without_evidence_blames_nobody() -> None:
    reading = {"unknown": "Azure Monitor refused (404)", "observed_at": ago(days(0))}
    chat = existing("chat", days(16), removed_for_inactivity=True, activity=reading)

    (finding,) = findings(RULE, chat)

    assert "whether Azure removed it for inactivity or somebody deleted it is not known" in (
        finding.message
    )


def test_a_removal_that_is_not_known_is_a_warning() -> None:
    chat = existing("chat", created=days(16), removed_for_inactivity=UNKNOWN)

    assert [f.level for f in findings(RULE, chat)] == ["advisory"]


def test_a_removal_from_the_developer_tier_names_its_24_hours() -> None:
    chat = existing("chat", created=days(2), sku="DeveloperTier", removed_for_inactivity=True)

    (finding,) = findings(RULE, chat)

    assert "after 24 hours" in finding.message
