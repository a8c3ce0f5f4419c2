"""Trainings that were not made here: taken in by id or name, trained further, and left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from aoai_emulator import RunningEmulator
from azure.identity import DefaultAzureCredential

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.resources.conftest import Train, inputs_for, uploaded
from tests.resources.driver import CheckFailed, Driven


def submitted(account: Account, path: Path, **more: Any) -> Driven:
    """A job that somebody else made."""
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(account, uploaded(account, path), owner="0" * 32 + "/theirs", **more))
    return job


def written(azure: RunningEmulator) -> list[tuple[str, str]]:
    """What changed something in the data plane."""
    seen = azure.requests(path="/openai/")
    return [(each["method"], each["path"]) for each in seen if each["method"] != "GET"]


def test_a_job_is_taken_in_and_left_without_a_single_write(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    theirs = submitted(sweden, training_file)
    before = written(azure)
    job, model = Driven(FineTuningJobProvider()), Driven(FineTunedModelProvider())
    inputs = {"account": sweden.to_props(), "existing_job_id": theirs.id}
    assert job.up(**inputs) == "create"
    assert job.id == theirs.id
    assert job.up(**inputs) == "same"
    assert job.refresh()
    model.up(account=sweden.to_props(), job_id=job.id)
    assert model.outputs["fine_tuned_model"].startswith("gpt-4.1-mini-2025-04-14.ft-")
    job.destroy()
    job.destroy()
    assert written(azure) == before


def test_a_running_job_that_was_taken_in_is_not_cancelled(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.pace("manual", of="jobs")
    theirs = submitted(sweden, training_file)
    job = Driven(FineTuningJobProvider())
    job.up(account=sweden.to_props(), existing_job_id=theirs.id)
    assert job.outputs["status"] == "pending"
    job.destroy()
    assert connect(sweden).jobs.get_job(theirs.id).status == "pending"


def test_a_training_of_ones_own_becomes_one_that_is_taken_in_and_goes_on(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.pace("manual", of="jobs")
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(sweden, uploaded(sweden, training_file)))
    made = job.id
    assert job.up(account=sweden.to_props(), existing_job_id=made) == "create, delete"
    assert job.id == made
    assert connect(sweden).jobs.get_job(made).status == "pending"


def test_a_job_that_failed_left_nothing_to_take_in(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.pace("manual", of="jobs")
    theirs = submitted(sweden, training_file)
    azure.push(sweden.name, theirs.id, fail="A system error was encountered.", code="500")
    with pytest.raises(ConfigurationError, match=r"failed: 500: A system error .* left no model"):
        Driven(FineTuningJobProvider()).up(account=sweden.to_props(), existing_job_id=theirs.id)


def test_an_unknown_job_and_one_of_another_account_are_an_error_with_the_account(
    sweden: Account, america: Account, training_file: Path
) -> None:
    theirs = submitted(sweden, training_file)
    for account, job_id in ((sweden, "ftjob-none"), (america, theirs.id)):
        with pytest.raises(ConfigurationError, match=f"{account.name}.* has no job {job_id}"):
            Driven(FineTuningJobProvider()).up(account=account.to_props(), existing_job_id=job_id)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"existing_job_id": " "}, "`existing_job_id` is empty"),
        ({"existing_job_id": "ftjob-1", "suffix": "a"}, "`suffix` has no effect"),
        ({"existing_job_id": "ftjob-1", "model": "gpt-4.1"}, "`model` has no effect"),
        ({"existing_job_id": "ftjob-1", "on_delete": "delete"}, "`on_delete` has no effect"),
        ({"training_file": "file-1"}, "`model` is required"),
        ({"model": "gpt-4.1"}, "`training_file` is required"),
    ],
    ids=str,
)
def test_a_job_is_trained_or_taken_in(sweden: Account, given: dict[str, Any], text: str) -> None:
    with pytest.raises(CheckFailed, match=text):
        Driven(FineTuningJobProvider()).up(account=sweden.to_props(), **given)


def test_a_model_and_a_checkpoint_are_taken_in_by_name(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    name = train()
    (job,) = connect(sweden).jobs.list_jobs()
    (first, *_rest) = reversed(connect(sweden).jobs.list_checkpoints(job.id))
    assert ":ckpt-step-" in first.model
    for wanted in (name, first.model):
        model = Driven(FineTunedModelProvider())
        inputs = {"account": sweden.to_props(), "existing_model": wanted}
        assert model.up(**inputs) == "create"
        assert model.outputs["fine_tuned_model"] == wanted
        assert model.outputs["base_model"] == "gpt-4.1-mini-2025-04-14"
        assert model.outputs["checkpoints"]
        assert model.up(**inputs) == "same"
        assert model.refresh()
    assert model.up(**{**inputs, "existing_model": name}) == "create, delete"


def test_a_model_whose_job_is_gone_is_taken_in_all_the_same(sweden: Account, train: Train) -> None:
    name = train()
    (job,) = connect(sweden).jobs.list_jobs()
    connect(sweden).jobs.delete_job(job.id)
    model = Driven(FineTunedModelProvider())
    model.up(account=sweden.to_props(), existing_model=name)
    assert model.outputs["fine_tuned_model"] == name


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "give one of `job_id` and `existing_model`"),
        ({"job_id": "ftjob-1", "existing_model": "m.ft-1"}, "give one of"),
        ({"existing_model": "gpt-4.1"}, r"the name of a fine-tuned model, BASE\.ft-…"),
        ({"existing_model": "m.ft-1:ckpt-step-3", "checkpoint": "best"}, "names a checkpoint"),
    ],
    ids=str,
)
def test_a_model_is_named_in_one_way(sweden: Account, given: dict[str, Any], text: str) -> None:
    with pytest.raises(CheckFailed, match=text):
        Driven(FineTunedModelProvider()).up(account=sweden.to_props(), **given)


def test_an_unknown_model_is_an_error_with_the_account(america: Account, train: Train) -> None:
    name = train()
    with pytest.raises(ConfigurationError, match=r"contoso-northcentralus.* has no model gpt-4\.1"):
        Driven(FineTunedModelProvider()).up(account=america.to_props(), existing_model=name)


def test_a_model_and_a_checkpoint_are_trained_further(
    azure: RunningEmulator, sweden: Account, train: Train, training_file: Path
) -> None:
    name = train("numbers")
    (job,) = connect(sweden).jobs.list_jobs()
    oldest = connect(sweden).jobs.list_checkpoints(job.id)[-1].model
    for start in (name, oldest):
        further = Driven(FineTuningJobProvider())
        inputs = inputs_for(sweden, uploaded(sweden, training_file), model=start)
        assert further.up(**inputs) == "create"
        assert azure.requests(method="POST", path="fine_tuning/jobs")[-1]["body"]["model"] == start
        assert further.up(**inputs) == "same"
        assert further.up(**{**inputs, "model": start.upper()}) == "same"
        model = Driven(FineTunedModelProvider())
        model.up(account=sweden.to_props(), job_id=further.id)
        made = model.outputs["fine_tuned_model"]
        assert made.startswith("gpt-4.1-mini-2025-04-14.ft-")
        assert made != name
    assert further.up(**{**inputs, "model": name}) == "create, delete"


def test_a_checkpoint_that_was_copied_here_is_taken_in_without_a_job(
    azure: RunningEmulator, sweden: Account, america: Account, train: Train, training_file: Path
) -> None:
    train()
    submitted(america, training_file)  # the destination has to have had a job
    (job,) = connect(sweden).jobs.list_jobs()
    point = connect(sweden).jobs.list_checkpoints(job.id)[-1]
    scope = sweden.cloud.data_plane_scope
    token = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    ).get_token(scope, tenant_id=sweden.tenant_id)
    asked = requests.post(
        f"{sweden.endpoint}/openai/v1/fine_tuning/jobs/{job.id}/checkpoints/{point.id}/copy",
        json={"destinationResourceId": america.id, "region": america.location},
        headers={
            "authorization": f"Bearer {token.token}",
            "aoai-copy-ft-checkpoints": "preview",
        },
        timeout=30,
    )
    assert asked.ok, asked.text
    azure.push(america.name)
    model = Driven(FineTunedModelProvider())
    inputs = {"account": america.to_props(), "existing_model": point.model}
    assert model.up(**inputs) == "create"
    assert model.outputs["fine_tuned_model"] == point.model
    assert model.outputs["base_model"] == "gpt-4.1-mini-2025-04-14"
    assert model.refresh()
    assert model.up(**inputs) == "same"
