"""A job that is paused and goes on as it is declared, on the emulator over HTTPS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import InvalidRequest
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven

SWEDEN = "contoso-swedencentral"


@pytest.fixture
def inputs(azure: RunningEmulator, sweden: Account, training_file: Path) -> dict[str, Any]:
    azure.pace("manual", of="jobs")
    return inputs_for(sweden, uploaded(sweden, training_file))


def status(account: Account, job: Driven) -> str:
    return connect(account).jobs.get_job(job.id).status


def training(azure: RunningEmulator, inputs: dict[str, Any], **more: Any) -> Driven:
    """A job that trains."""
    job = Driven(FineTuningJobProvider())
    job.up(**inputs, **more)
    azure.push(SWEDEN, job.id, progress=0.1)
    return job


def acts(azure: RunningEmulator) -> list[str]:
    sent = azure.requests(method="POST", path="/(pause|resume)$")
    return [each["path"].rpartition("/")[2] for each in sent]


def test_it_is_paused_and_goes_on_by_one_call_each(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    job = training(azure, inputs)
    first = job.id
    assert job.up(**inputs, paused=True) == "update"
    assert job.outputs["status"] == "pausing"
    assert job.up(**inputs, paused=True) == "same"
    assert job.refresh()
    assert job.outputs["status"] == "paused"
    assert job.up(**inputs, paused=True) == "same"
    assert job.up(**inputs, paused=False) == "update"
    assert job.refresh()
    assert job.outputs["status"] == "running"
    assert job.up(**inputs, paused=False) == "same"
    assert job.up(**inputs) == "update"
    assert (job.id, acts(azure)) == (first, ["pause", "resume"])


def test_what_others_did_is_put_right_only_if_it_is_declared(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    job = training(azure, inputs)
    connect(sweden).jobs.pause_job(job.id)
    assert job.refresh()
    assert job.up(**inputs) == "same"
    assert job.up(**inputs, paused=False) == "update"
    assert status(sweden, job) == "running"
    connect(sweden).jobs.pause_job(job.id)
    assert job.refresh()
    assert job.up(**inputs, paused=False) == "update"
    assert status(sweden, job) == "running"


def test_a_job_that_does_not_train_yet_is_paused_by_a_later_update(
    azure: RunningEmulator,
    sweden: Account,
    inputs: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = Driven(FineTuningJobProvider())
    assert job.up(**inputs, paused=True) == "create"
    assert job.up(**inputs, paused=True) == "update"
    assert f"{job.id} is pending and is paused by a later update" in capsys.readouterr().out
    azure.push(SWEDEN, job.id, progress=0.1)
    assert job.up(**inputs, paused=True) == "update"
    assert status(sweden, job) == "paused"
    assert acts(azure) == ["pause"]


def test_a_job_that_has_ended_is_left_alone(
    azure: RunningEmulator,
    sweden: Account,
    inputs: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = training(azure, inputs)
    azure.push(SWEDEN, job.id)
    assert job.up(**inputs, paused=True) == "update"
    assert "has ended: there is nothing to pause" in capsys.readouterr().out
    assert job.refresh()
    assert job.up(**inputs, paused=True) == "same"
    assert acts(azure) == []


def test_a_refusal_is_one_line_with_the_services_words_and_what_to_do(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    job = training(azure, inputs)
    error = {"code": "unexpectedEntityState", "message": "It saves a checkpoint."}
    azure.fail(path="/pause$", status=400, body=json.dumps({"error": error}))
    with pytest.raises(InvalidRequest) as refused:
        job.up(**inputs, paused=True)
    assert "It saves a checkpoint." in str(refused.value)
    assert "The job stays running: run `pulumi up` again later." in str(refused.value)
    assert job.up(**inputs, paused=True) == "update"
    assert status(sweden, job) == "paused"


def test_a_paused_job_is_cancelled_when_it_is_deleted(
    azure: RunningEmulator, sweden: Account, inputs: dict[str, Any]
) -> None:
    job = training(azure, inputs)
    job.up(**inputs, paused=True)
    job.destroy()
    assert status(sweden, job) == "cancelled"
