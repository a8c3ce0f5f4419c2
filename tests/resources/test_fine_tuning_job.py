"""The life of a fine-tuning job, on the emulator over HTTPS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.conftest import write_examples
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import OWNER, CheckFailed, Driven


def driven() -> Driven:
    return Driven(FineTuningJobProvider())


@pytest.fixture
def inputs(sweden: Account, training_file: Path) -> dict[str, Any]:
    return inputs_for(sweden, uploaded(sweden, training_file))


def jobs_of(account: Account) -> list[str]:
    return sorted(job.id for job in connect(account).jobs.list_jobs())


def test_a_life_from_create_to_the_second_delete(sweden: Account, inputs: dict[str, Any]) -> None:
    job = driven()
    assert job.up(**inputs) == "create"
    assert jobs_of(sweden) == [job.id]
    assert job.up(**inputs) == "same"
    assert job.refresh()
    assert job.outputs["status"] == "succeeded"
    assert job.up(**inputs) == "same"
    assert job.up(**{**inputs, "on_delete": "delete"}) == "update"
    results = connect(sweden).jobs.get_job(job.id).result_files
    assert results
    job.destroy()
    assert jobs_of(sweden) == []
    assert connect(sweden).files.list_files(purpose="fine-tune-results") == []
    job.destroy()


@pytest.mark.parametrize(
    "change",
    [
        {"model": "gpt-4o-2024-08-06"},
        {"hyperparameters": {"n_epochs": 2}},
        {"hyperparameters": {"learning_rate_multiplier": 0.1}},
        {"suffix": "other"},
        {"seed": 7},
        {"training_type": "GlobalStandard"},
        {"generation": 2},
    ],
    ids=str,
)
def test_another_parameter_is_another_job(
    sweden: Account, inputs: dict[str, Any], change: dict[str, Any]
) -> None:
    job = driven()
    job.up(**inputs)
    assert job.up(**{**inputs, **change}) == "create, delete"
    assert len(jobs_of(sweden)) == 2


def test_other_data_is_another_job(sweden: Account, inputs: dict[str, Any], tmp_path: Path) -> None:
    job = driven()
    job.up(**inputs)
    other = uploaded(sweden, write_examples(tmp_path / "other.jsonl", topic="sets"))
    assert job.up(**inputs_for(sweden, other)) == "create, delete"


def test_the_same_data_under_another_id_trains_nothing(
    sweden: Account, inputs: dict[str, Any]
) -> None:
    job = driven()
    job.up(**inputs)
    assert job.up(**{**inputs, "training_file": "file-uploaded-again"}) == "same"
    assert jobs_of(sweden) == [job.id]


def test_a_file_without_a_digest_is_compared_by_its_id(
    sweden: Account, inputs: dict[str, Any], tmp_path: Path
) -> None:
    job = driven()
    job.up(**{**inputs, "training_file_sha256": None})
    other = uploaded(sweden, write_examples(tmp_path / "other.jsonl", topic="sets"))
    moved = {**inputs, "training_file_sha256": None, "training_file": other["file_id"]}
    assert job.up(**moved) == "create, delete"


def test_what_an_interrupted_run_submitted_is_adopted(
    sweden: Account, inputs: dict[str, Any]
) -> None:
    interrupted, next_run = driven(), driven()
    interrupted.up(**inputs)
    next_run.up(**inputs)
    assert next_run.id == interrupted.id
    assert jobs_of(sweden) == [next_run.id]


def test_an_explicit_suffix_is_kept_and_adopted_by_all_its_inputs(
    sweden: Account, inputs: dict[str, Any]
) -> None:
    named = {**inputs, "suffix": "marv"}
    first, same, other = driven(), driven(), driven()
    first.up(**named)
    same.up(**named)
    other.up(**{**named, "hyperparameters": {"n_epochs": 5}})
    assert same.id == first.id
    assert other.id != first.id
    assert {job.suffix for job in connect(sweden).jobs.list_jobs()} == {"marv"}


def test_a_running_job_is_cancelled_and_its_record_stays(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    azure.pace("manual", of="jobs")
    job = driven()
    job.up(**inputs)
    job.destroy()
    assert connect(sweden).jobs.get_job(job.id).status == "cancelled"


def test_a_cancelled_job_is_never_adopted(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    azure.pace("manual", of="jobs")
    cancelled, next_run = driven(), driven()
    cancelled.up(**inputs)
    cancelled.destroy()
    next_run.up(**inputs)
    assert next_run.id != cancelled.id


def test_a_record_that_the_service_dropped_is_no_reason_to_train_again(
    sweden: Account, inputs: dict[str, Any]
) -> None:
    job = driven()
    job.up(**inputs)
    job.refresh()
    connect(sweden).jobs.delete_job(job.id)
    assert job.refresh()
    assert job.up(**inputs) == "same"


def test_a_job_that_vanished_before_it_had_succeeded_is_gone(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    azure.pace("manual", of="jobs")
    job = driven()
    job.up(**inputs)
    connect(sweden).jobs.cancel_job(job.id)
    connect(sweden).jobs.delete_job(job.id)
    assert not job.refresh()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"suffix": "has.dot"}, "`suffix` takes"),
        ({"suffix": "x" * 41}, "`suffix` takes"),
        ({"on_delete": "keep"}, "`on_delete` must be one of"),
        ({"hyperparameters": {"n_epochs": 0}}, "`n_epochs` takes a whole number of 1 to 50"),
        ({"hyperparameters": {"epochs": 3}}, "`epochs` is not a hyperparameter"),
        ({"seed": "seven"}, "`seed`: Expected"),
        ({"model": None}, "`model` is required"),
    ],
    ids=str,
)
def test_what_cannot_be_right_fails_the_check(
    inputs: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    with pytest.raises(CheckFailed, match=words):
        driven().up(**{**inputs, **change})


def test_a_base_model_is_sent_in_azures_letter_case(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    inputs = inputs_for(sweden, uploaded(sweden, training_file), model="GPT-4O-mini-2024-07-18")
    Driven(FineTuningJobProvider()).up(**inputs)
    (request,) = [r for r in azure.requests(method="POST", path="fine_tuning/jobs") if r["body"]]
    assert request["body"]["model"] == "gpt-4o-mini-2024-07-18"


def test_two_jobs_of_one_program_are_two_though_nothing_tells_them_apart(
    sweden: Account, inputs: dict[str, Any]
) -> None:
    named = {**inputs, "suffix": "marv", "seed": 1}
    one, other = driven(), driven()
    one.up(**named)
    other.up_beside(**named, owner=f"{OWNER}-2")
    assert sorted([one.id, other.id]) == sorted(jobs_of(sweden))
    assert one.id != other.id
