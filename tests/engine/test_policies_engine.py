"""The policy pack on the real engine: what a preview shows, and whether it fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.engine.policy_project import (
    HERE,
    MODEL,
    PACK,
    PolicyProject,
    declared,
    deployed,
    new_project,
    trained,
)

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, engine_path: str) -> PolicyProject:
    """One model, trained and deployed. Tests only preview, so that each finds it as it was."""
    project = new_project(tmp_path_factory.mktemp("deployed"), engine_path)
    project.declare(*trained("chat"), deployed("first"))
    up = project.up(checked=True)
    assert up.passed, up.text
    return project


def test_a_second_deployment_fails_the_preview_that_names_both(made: PolicyProject) -> None:
    made.service_answers(timedelta())
    made.declare(
        *trained("chat"), deployed("first"), deployed("second"), deployed("base", "gpt-4.1-mini")
    )

    preview = made.preview()

    assert not preview.passed
    assert ("mandatory", "second") in preview.of("one-deployment-per-model")
    assert 'Deployment "first" (first-v1) and deployment "second" (second-v1)' in preview.policies
    assert MODEL in preview.policies
    assert "contoso-swedencentral (swedencentral)" in preview.policies


def test_a_second_deployment_of_a_model_still_to_be_trained_fails_too(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare(*trained("chat"), deployed("first"), deployed("second"))

    preview = project.preview()

    assert not preview.passed
    assert 'the one that "chat-model" will bring' in preview.policies
    assert "can't run policy" not in preview.text


def test_an_update_that_skips_the_preview_stops_before_the_second_deployment_is_made(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare(*trained("chat"), deployed("first"), deployed("second"))

    up = project.up(checked=True)
    state = project.export().read_text()

    assert not up.passed
    ((_, stopped),) = up.of("one-deployment-per-model")  # whichever comes second
    (made,) = {"first", "second"} - {stopped}
    assert f"ModelDeployment::{made}" in state
    assert f"ModelDeployment::{stopped}" not in state


def test_one_deployment_that_is_in_use_passes(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta(days=40), called=timedelta(hours=1))

    preview = made.preview()

    assert preview.passed, preview.text
    assert "✅ aoai@" in preview.policies or preview.of("readiness")
    assert "inactive" not in preview.policies


def test_twelve_idle_days_earn_a_warning(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta(days=12))

    preview = made.preview()

    assert preview.passed, preview.text
    assert "[advisory] [severity: medium]  inactive-deployment-warning" in preview.policies
    assert "idle for 12 days" in preview.policies
    assert "in 3 days" in preview.policies


@pytest.mark.parametrize(
    ("removed", "rule", "words"),
    [
        (False, "inactive-deployment", "idle for 16 days"),
        (True, "removed-for-inactivity", "was removed by Azure on"),
    ],
)
def test_sixteen_idle_days_fail_the_preview_until_the_deployment_is_taken_out(
    made: PolicyProject, removed: bool, rule: str, words: str
) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta(days=16), removed=removed)

    preview = made.preview()

    assert not preview.passed
    assert preview.of(rule) == {("mandatory", "first")}
    assert words in preview.policies

    made.declare(*trained("chat"))
    remedied = made.preview()

    assert remedied.passed, remedied.text
    assert "1 to delete" in remedied.text


def test_a_planned_change_that_hides_idleness_is_a_finding(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first", capacity=7))
    made.service_answers(timedelta(days=16))

    preview = made.preview()

    assert ("advisory", "first") in preview.of("inactive-deployment")
    assert "activity is not shown" in preview.policies


def test_a_deployment_that_is_renamed_by_an_alias_does_not_block_itself(
    made: PolicyProject,
) -> None:
    made.declare(*trained("chat"), deployed("renamed", more={"aliases": ["first"]}))
    made.service_answers(timedelta())

    preview = made.preview()

    assert preview.passed, preview.text
    assert preview.of("one-deployment-per-model") == set()


def test_a_deployment_that_moves_to_another_name_is_no_clash_with_what_is_deleted(
    made: PolicyProject,
) -> None:
    made.declare(*trained("chat"), deployed("second"))
    made.service_answers(timedelta(days=16))

    preview = made.preview()

    assert preview.passed, preview.text
    assert preview.of("one-deployment-per-model") == set()


def test_a_policy_config_moves_the_days_and_the_level(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta(days=6))
    earlier = {"enforcementLevel": "advisory", "warnAfterDays": 3, "failAfterDays": 5}

    preview = made.preview(*made.settings({"inactive-deployment": earlier}))

    assert preview.passed, preview.text
    assert "[advisory] [severity: medium]  inactive-deployment " in preview.policies
    assert "idle for 6 days" in preview.policies


def test_an_exception_lets_a_deployment_be_until_its_day(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta(days=16))
    one = {"name": "first", "reason": "kept for the audit", "expires": "2999-12-31"}

    excepted = made.preview(*made.settings({"inactive-deployment": {"exceptions": [one]}}))
    ended = made.preview(
        *made.settings({"inactive-deployment": {"exceptions": [one | {"expires": "2026-01-31"}]}})
    )

    assert excepted.passed, excepted.text
    assert not ended.passed
    assert "Its exception ended on 2026-01-31 (kept for the audit)." in ended.policies


def test_a_region_that_does_not_train_the_model_stops_the_update_before_the_job(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    account = {"id": "a", "location": "japanwest"}
    props = {"account": account, "model": "gpt-4.1-mini-2025-04-14"}
    project.declare(declared("job", "chat-job", props))

    preview, up = project.preview(), project.up(checked=True)

    assert preview.of("fine-tuning-region") == {("mandatory", "chat-job")}
    assert not up.passed
    assert "FineTuningJob" not in project.export().read_text()


def test_capacity_and_content_filter_are_put_right_at_the_level_remediate(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare(deployed("first", MODEL, capacity=500))
    config = {
        "deployment-capacity": {"enforcementLevel": "remediate", "maxCapacity": 100},
        "content-filter-required": {"enforcementLevel": "remediate", "allowed": ["strict"]},
    }

    up = project.up(*project.settings(config), checked=True)
    state = project.export().read_text()

    assert up.passed, up.text
    assert '"capacity": 100' in state
    assert '"rai_policy_name": "strict"' in state


def test_a_deployment_that_target_leaves_out_is_not_judged_by_empty_inputs(
    made: PolicyProject,
) -> None:
    made.declare(*trained("chat"), deployed("first"), *trained("other"), deployed("new", "other"))
    made.service_answers(timedelta())

    preview = made.preview("--target", "**first")

    assert preview.passed, preview.text
    assert "new" not in {name for _, _, name in preview.findings}
    assert "can't run policy" not in preview.text


def test_a_replacement_that_is_pending_is_no_clash_with_what_it_replaces(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare(*trained("chat"), deployed("first"))
    assert project.up().passed
    project.declare(*trained("chat"), deployed("first"))

    preview = project.preview("--replace", "**first")

    assert preview.passed, preview.text
    assert preview.of("one-deployment-per-model") == set()


def test_without_access_to_metrics_the_reading_is_unknown_and_nothing_else_fails(
    made: PolicyProject,
) -> None:
    made.declare(*trained("chat"), deployed("first"))
    reading: dict[str, Any] = {"calls": None, "last_inference_at": None, "observed_at": None}
    made.service_answers(timedelta(days=3), unknown="Azure Monitor refused (403)", **reading)

    young = made.preview()
    made.service_answers(timedelta(days=20), unknown="Azure Monitor refused (403)", **reading)
    old = made.preview()

    assert young.passed, young.text
    assert young.of("inactive-deployment") == {("advisory", "first")}
    assert old.of("inactive-deployment") == {("mandatory", "first")}
    assert "are not known: Azure Monitor refused (403)" in old.policies


def test_two_deployments_are_found_without_the_policy_that_notes_what_is_registered(
    made: PolicyProject,
) -> None:
    made.declare(*trained("chat"), deployed("first"), deployed("second"))
    made.service_answers(timedelta())

    preview = made.preview(*made.settings({"registered-resources": "disabled"}))

    assert ("mandatory", "second") in preview.of("one-deployment-per-model")


def test_a_literal_job_id_beside_the_job_does_not_get_past(made: PolicyProject) -> None:
    account = trained("chat")[0]["props"]["account"]
    named = declared("model", "named", {"account": account, "job_id": "ftjob-1"}, **{"in": "box"})
    second = deployed("second")
    second["props"]["model"] = {"from": "named.fine_tuned_model"}
    made.declare(*trained("chat"), deployed("first"), named, second)
    made.service_answers(timedelta())

    preview = made.preview()

    assert ("mandatory", "second") in preview.of("one-deployment-per-model")


@pytest.mark.parametrize(
    "name", ["local", *(pytest.param(name, marks=pytest.mark.matrix) for name in ("dev", "prod"))]
)
def test_the_engine_takes_the_config_files(made: PolicyProject, name: str) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta())

    config = PACK / "config" / f"{name}.json"
    preview = made.preview("--policy-pack-config", str(config))

    assert "Policies:" in preview.text
    assert "error: validating policy config" not in preview.text
    assert preview.passed, preview.text


def test_a_rule_with_a_bug_fails_the_preview_without_a_traceback(made: PolicyProject) -> None:
    made.declare(*trained("chat"), deployed("first"))
    made.service_answers(timedelta())

    preview = made.preview(pack=HERE / "broken_pack")

    assert not preview.passed
    assert "one-deployment-per-model stopped on an error of its own (KeyError)" in preview.policies
    assert "Traceback" not in preview.text
