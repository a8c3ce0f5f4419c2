"""Why a job failed: each form that the service is known to give, and none at all."""

from __future__ import annotations

import pytest

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import Job, JobError
from aoai.results.failure import failure_of


def event(message: str, level: str = "info", kind: str = "message") -> Event:
    return Event("e", 1, level, message, kind, {})


def failed(message: str = "", code: str = "", param: str = "") -> Job:
    error = JobError(code, message, param) if message or code else None
    return Job("ftjob-1", "failed", training_file="file-a", validation_file="file-b", error=error)


def test_the_line_is_the_users_which_counts_from_1() -> None:
    text = "Validation of jsonl file failed: Deserialization of line #0 failed."
    found = failure_of(failed(text, "jsonlValidationFailed", "training_file"))
    assert (found.file, found.line) == ("training_file", 1)
    assert "It is line 1 of the training file (file-a)" in str(found)
    assert "Correct the data" in found.advice


def test_the_validation_file_is_named_where_it_is_at_fault() -> None:
    found = failure_of(failed("Validation file validation failed: line #6 is no JSON object."))
    assert (found.file, found.file_id, found.line) == ("validation_file", "file-b", 7)


def test_harms_of_the_data_come_with_what_to_look_for() -> None:
    found = failure_of(
        failed(
            "The provided training data failed RAI checks for harm types: [hate_fairness, "
            "self_harm, violence]. Please fix the data and try again."
        )
    )
    assert found.harms == ("hate_fairness", "self_harm", "violence")
    assert "self_harm: look for suicide" in str(found)
    assert "Correct the data" in found.advice


def test_harms_of_the_model_are_another_matter_than_those_of_the_data() -> None:
    found = failure_of(
        failed(
            "This model is unable to be deployed. Model evaluation identified that this fine tuned "
            "model scores above acceptable thresholds for [Violence, Self Harm, Sexual]. Please "
            "review your training data set and resubmit the job."
        )
    )
    assert found.harms == ("violence", "self_harm", "sexual")
    assert "The data passed, the trained model did not" in found.advice


def test_a_fault_of_the_service_is_tried_again() -> None:
    found = failure_of(failed("A system error was encountered, please try again later.", "500"))
    assert (found.file, found.harms) == ("", ())
    assert found.advice.startswith("Nothing is billed for it. Raise `generation`")


def test_a_job_that_failed_without_a_reason_shows_its_last_events() -> None:
    log = [event("Job failed."), event("Step 9", kind="metrics"), event("Training started.")]
    found = failure_of(failed(), log)
    headline, last, advice = str(found).splitlines()
    assert headline == "fine-tuning job ftjob-1 failed: the service gave no reason"
    assert last == "  Last events: Training started. · Job failed."
    assert "Raise `generation` to train again with the same inputs" in advice


def test_an_error_that_only_the_log_has_is_the_reason() -> None:
    found = failure_of(failed(), [event("Training file is too long.", level="error")])
    assert (found.words, found.file) == ("Training file is too long.", "training_file")
    assert found.events == ()


def test_a_cancelled_job_is_no_fault() -> None:
    found = failure_of(Job("ftjob-1", "cancelled"))
    assert str(found).splitlines()[0] == "fine-tuning job ftjob-1 cancelled"
    assert "raise `generation`" in found.advice


@pytest.mark.parametrize("words", ["", "line #", "harm types: []", "thresholds for ["])
def test_words_that_say_half_of_it_are_no_trouble(words: str) -> None:
    found = failure_of(failed(words))
    assert (found.line, found.harms) == (None, ())
