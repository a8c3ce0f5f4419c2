"""Which test injects which fault: a fault without a test, or a test that went away, fails here.

E: on the real engine. A fault is injected by the emulator (docs/emulator/faults.md), by a hostile
server, or by ending a process.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.repository import ROOT

TRANSPORT = "unit/azure/http/test_transport.py"
SUBMISSION = "unit/azure/lifecycle/test_submission.py"
DEPLOYMENTS = "unit/azure/arm/test_deployments.py"
CREDENTIALS = "unit/azure/http/test_credentials.py"
WAITER = "unit/resources/test_job_waiter.py"

FAULTS = {
    "1 E, kill -9 of the engine at each request": [
        "engine/test_kill.py::test_a_killed_run_is_taken_up_by_the_next",
        "engine/test_kill_large_upload.py::test_a_killed_upload_is_made_good_by_the_next_run",
        (
            "engine/test_kill_detached.py::"
            "test_a_submission_that_was_killed_is_paid_once_and_the_old_model_serves"
        ),
        (
            "engine/test_kill_detached.py::"
            "test_a_collection_that_was_killed_is_made_by_the_next_update"
        ),
    ],
    "2 E, kill -9 of the provider": [
        "engine/test_waits.py::test_a_provider_that_is_killed_while_it_submits_is_paid_once",
        "engine/test_signals.py::test_a_run_that_was_ended_is_taken_up_by_the_next",
    ],
    "3 E, a provider whose engine is gone": [
        "engine/test_kill.py::test_an_orphaned_provider_ends_itself",
        "engine/test_kill.py::test_an_orphaned_provider_submits_nothing",
    ],
    "4 E, SIGINT, SIGINT twice, SIGTERM": [
        "engine/test_signals.py::test_a_run_that_was_ended_is_taken_up_by_the_next",
        "engine/test_signals.py::test_a_run_that_waits_for_its_job_ends_soon_and_the_job_goes_on",
        (
            "engine/test_terminal.py::"
            "test_an_interrupted_wait_ends_in_one_line_and_the_next_run_goes_on"
        ),
        (
            "engine/test_terminal.py::"
            "test_an_interrupted_upload_ends_in_one_line_and_the_next_run_goes_on"
        ),
    ],
    "5, 408, 429 and 5xx before and after the work": [
        f"{TRANSPORT}::test_a_get_is_repeated_until_it_is_answered",
        f"{TRANSPORT}::test_a_post_is_sent_once_and_its_fate_is_called_unknown",
        f"{SUBMISSION}::test_an_answer_lost_after_the_work_gives_one_job",
        f"{SUBMISSION}::test_an_answer_lost_before_the_work_gives_one_job",
        f"{SUBMISSION}::test_throttled_submissions_are_simply_sent_again",
        f"{SUBMISSION}::test_an_upload_whose_answer_is_lost_gives_one_file",
        f"{DEPLOYMENTS}::test_a_change_whose_answer_is_lost_is_repeated",
    ],
    "6, reset, hang-up, stall, trickle, truncated or wrong length": [
        f"{TRANSPORT}::test_a_stalled_answer_ends_at_the_read_timeout",
        f"{TRANSPORT}::test_a_trickled_answer_ends_at_its_deadline",
        f"{TRANSPORT}::test_a_server_that_hangs_up_before_the_request_is_not_sent",
        (
            "unit/azure/http/test_malformed_answers.py::"
            "test_a_post_with_a_malformed_answer_is_unknown_and_sent_once"
        ),
        "unit/azure/http/test_bounds.py::test_an_answer_that_trickles_anywhere_ends_at_its_deadline",
    ],
    "7, Retry-After in every form": [
        "unit/azure/http/test_retrying.py::test_retry_after_is_read_in_every_form",
        "unit/azure/http/test_retrying.py::test_a_pause_is_bounded_and_at_least_what_was_asked",
        "unit/azure/http/test_retrying.py::test_waiting_never_exceeds_the_budget",
        f"{DEPLOYMENTS}::test_the_wait_between_polls_is_bounded",
    ],
    "8, malformed, huge or deep answers, unknown statuses": [
        (
            "unit/azure/http/test_malformed_answers.py::"
            "test_a_get_with_a_malformed_answer_is_asked_again"
        ),
        (
            "unit/azure/http/test_bounds.py::"
            "test_an_answer_without_end_is_given_up_after_bounded_bytes"
        ),
        "unit/azure/http/test_bounds.py::test_millions_of_tiny_values_are_not_made",
        f"{WAITER}::test_a_status_that_is_no_end_is_waited_through",
    ],
    "9, a token that expires, 401 once and for ever, AADSTS700024": [
        f"{TRANSPORT}::test_a_rejected_token_is_renewed_once",
        f"{TRANSPORT}::test_a_token_that_stays_rejected_is_unauthorized",
        f"{CREDENTIALS}::test_an_expired_assertion_is_read_anew_once",
        (
            "resources/test_long_wait.py::"
            "test_thirty_hours_with_assertions_of_five_minutes_and_tokens_of_one_hour"
        ),
    ],
    "10, ARM's 409 of a busy parent, 412": [
        f"{DEPLOYMENTS}::test_a_busy_account_is_waited_for",
        f"{DEPLOYMENTS}::test_a_precondition_of_a_moment_is_waited_for",
        f"{DEPLOYMENTS}::test_an_account_that_stays_busy_is_an_error_after_its_own_budget",
    ],
    "11, 404 after a create, a list that lags": [
        f"{DEPLOYMENTS}::test_some_404_after_a_change_are_only_a_delay",
        f"{SUBMISSION}::test_an_answer_lost_after_the_work_gives_one_job",
        (
            "unit/azure/lifecycle/test_parallel_upload.py::"
            "test_a_completed_file_that_is_listed_late_is_not_made_twice"
        ),
    ],
    "12, a clock that is wrong or set back": [
        f"{CREDENTIALS}::test_a_step_of_the_wall_clock_does_not_matter",
        f"{WAITER}::test_a_clock_that_is_set_back_changes_no_wait",
        (
            "unit/resources/test_job_pace.py::"
            "test_a_clock_that_is_wrong_changes_the_pace_within_its_bounds"
        ),
        "unit/azure/arm/test_metrics.py::test_a_wrong_clock_here_is_noticed_and_the_query_repeated",
    ],
    "22 E, two runs at once, one name in two stacks": [
        "engine/test_signals.py::test_two_runs_at_once_make_one_of_each",
        "engine/test_state_in_blobs.py::test_a_team_shares_a_state_in_a_container",
        (
            "engine/test_two_stacks.py::"
            "test_of_two_stacks_that_make_one_name_at_once_one_serves_and_the_other_is_told"
        ),
        (
            "resources/test_model_deployment.py::"
            "test_a_name_of_somebody_else_is_refused_unless_adopted"
        ),
    ],
    "23 E, many waits and four threads": [
        (
            "engine/test_waits.py::"
            "test_a_model_is_made_and_deployed_while_eleven_others_are_waited_for"
        ),
        (
            "engine/test_latency.py::"
            "test_at_fifty_resources_no_call_takes_a_second_while_eight_jobs_are_waited_for"
        ),
    ],
}


@cache
def names_in(path: str) -> set[str]:
    """The names of the tests in a file."""
    file = Path(ROOT / "tests" / path)
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.parse("")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_its_tests(fault: str) -> None:
    named = [each.split("::") for each in FAULTS[fault]]
    assert [name for path, name in named if name not in names_in(path)] == []


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if " E," in fault])
def test_a_fault_of_the_engine_is_tried_on_the_engine(fault: str) -> None:
    assert any(each.startswith("engine/") for each in FAULTS[fault])
