"""Models, deployments and jobs whose training has not ended: recorded, and what serves is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from tests.resources.conftest import Train, inputs_for, uploaded
from tests.resources.driver import Driven


def submitted(account: Account, path: Path, **more: Any) -> str:
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(account, uploaded(account, path), **more))
    return job.id


@pytest.fixture
def model(sweden: Account) -> dict[str, Any]:
    return {"account": sweden.to_props(), "job_id": "", "checkpoint": "final"}


def test_a_first_model_is_recorded_until_its_job_has_succeeded(
    sweden: Account, training_file: Path, model: dict[str, Any]
) -> None:
    driven = Driven(FineTunedModelProvider())
    assert driven.up(**model) == "create"
    assert (driven.id, driven.outputs["fine_tuned_model"]) == ("pending", "")
    assert driven.up(**model) == "same"
    assert driven.refresh()
    assert driven.up(**{**model, "checkpoint": "best"}) == "update"
    assert driven.up(**{**model, "checkpoint": "final"}) == "update"
    job_id = submitted(sweden, training_file)
    assert driven.up(**{**model, "job_id": job_id}) == "create, delete"
    assert ".ft-" in driven.id == driven.outputs["fine_tuned_model"]


def test_a_model_stays_while_the_next_one_is_trained(
    sweden: Account, training_file: Path, model: dict[str, Any]
) -> None:
    driven = Driven(FineTunedModelProvider())
    first = submitted(sweden, training_file)
    driven.up(**{**model, "job_id": first})
    serving = driven.outputs["fine_tuned_model"]
    assert driven.up(**model) == "same"
    assert driven.refresh()
    assert driven.up(**{**model, "checkpoint": "best", "checkpoint_metric": "train_loss"}) == (
        "update"
    )
    assert driven.outputs["job_id"] == first
    assert driven.outputs["fine_tuned_model"].startswith(serving)
    assert driven.up(**{**model, "job_id": first}) == "update"
    assert driven.outputs["fine_tuned_model"] == serving


def test_another_account_is_refused_while_the_next_one_is_trained(
    sweden: Account, america: Account, training_file: Path, model: dict[str, Any]
) -> None:
    driven = Driven(FineTunedModelProvider())
    driven.up(**{**model, "job_id": submitted(sweden, training_file)})
    with pytest.raises(ConfigurationError, match="set `wait` to `block` for this change"):
        driven.up(**{**model, "account": america.to_props()})


@pytest.mark.parametrize("name", [None, "tutor"], ids=["by model", "fixed"])
def test_a_deployment_is_recorded_made_and_kept(
    sweden: Account, train: Train, azure: RunningEmulator, name: str | None
) -> None:
    trained = train()
    inputs = {"account": sweden.to_props(), "model": "", "deployment_name": name}
    driven = Driven(ModelDeploymentProvider())
    deployments = connect(sweden).deployments
    azure.forget_requests()
    assert driven.up(**inputs) == "create"
    assert driven.up(**inputs) == "same"
    assert driven.up(**{**inputs, "capacity": 3}) == "update"
    assert driven.refresh()
    assert azure.requests() == []
    assert driven.up(**{**inputs, "model": trained}) == "create, delete"
    assert driven.id == deployments.list_deployments()[0].id

    assert driven.up(**inputs) == "same"
    assert driven.up(**{**inputs, "capacity": 2}) == "update"
    (live,) = deployments.list_deployments()
    assert (live.model, live.capacity) == (trained, 2)
    driven.destroy()
    assert deployments.list_deployments() == []


def test_a_recorded_deployment_goes_without_a_request(
    sweden: Account, azure: RunningEmulator
) -> None:
    driven = Driven(ModelDeploymentProvider())
    driven.up(account=sweden.to_props(), model="")
    azure.forget_requests()
    driven.destroy()
    assert azure.requests() == []


def test_a_job_whose_model_is_not_trained_yet_is_submitted_when_it_is(
    sweden: Account, training_file: Path, train: Train
) -> None:
    inputs = inputs_for(sweden, uploaded(sweden, training_file))
    trained = train("sets")
    before = len(connect(sweden).jobs.list_jobs())
    driven = Driven(FineTuningJobProvider())
    assert driven.up(**{**inputs, "model": ""}) == "create"
    assert driven.up(**{**inputs, "model": ""}) == "same"
    assert driven.refresh()
    assert driven.up(**{**inputs, "model": "", "on_delete": "delete"}) == "update"
    assert len(connect(sweden).jobs.list_jobs()) == before
    assert driven.up(**{**inputs, "model": trained}) == "create, delete"
    assert len(connect(sweden).jobs.list_jobs()) == before + 1
    assert driven.up(**{**inputs, "model": ""}) == "same"


def test_a_recorded_job_goes_without_a_request(
    sweden: Account, training_file: Path, azure: RunningEmulator
) -> None:
    driven = Driven(FineTuningJobProvider())
    driven.up(**{**inputs_for(sweden, uploaded(sweden, training_file)), "model": ""})
    azure.forget_requests()
    driven.destroy()
    assert azure.requests() == []
