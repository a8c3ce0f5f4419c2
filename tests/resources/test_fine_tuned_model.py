"""The life of a fine-tuned model, on the emulator over HTTPS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import CheckFailed, Driven


def driven() -> Driven:
    return Driven(FineTunedModelProvider())


def submitted(account: Account, path: Path, **more: Any) -> str:
    job = Driven(FineTuningJobProvider())
    file = uploaded(account, path)
    job.up(**inputs_for(account, file, validation_file=file["file_id"], **more))
    return job.id


def test_a_life_from_create_to_the_second_delete(sweden: Account, training_file: Path) -> None:
    job_id = submitted(sweden, training_file)
    model = driven()
    inputs = {"account": sweden.to_props(), "job_id": job_id, "checkpoint": "final"}
    assert model.up(**inputs) == "create"
    assert ".ft-" in model.outputs["fine_tuned_model"]
    assert model.outputs["trained_tokens"] > 0
    assert len(model.outputs["checkpoints"]) > 0
    assert model.up(**inputs) == "same"
    assert model.refresh()
    assert model.up(**inputs) == "same"

    assert model.up(**{**inputs, "checkpoint": "best"}) == "update"
    assert model.refresh()

    other = submitted(sweden, training_file, generation=2)
    assert model.up(**{**inputs, "job_id": other}) == "create, delete"
    model.destroy()
    model.destroy()


def test_a_job_that_still_runs_has_no_model(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.pace("manual", of="jobs")
    job_id = submitted(sweden, training_file)
    with pytest.raises(ConfigurationError, match=f"job {job_id} is .* no model yet"):
        driven().up(account=sweden.to_props(), job_id=job_id)


def trained(account: Account, path: Path, **inputs: Any) -> Driven:
    """A model with a validation file that was trained for ten epochs: it overfits."""
    job_id = submitted(account, path, hyperparameters={"n_epochs": 10}, seed=7)
    model = driven()
    model.up(account=account.to_props(), job_id=job_id, **inputs)
    return model


def test_what_the_job_left_is_stored_and_small(sweden: Account, training_file: Path) -> None:
    outputs = trained(sweden, training_file).outputs
    curves = outputs["curves"]
    assert set(curves) >= {"train_loss", "valid_loss", "full_valid_loss"}
    assert len(curves["train_loss"]) == 50
    assert (curves["train_loss"][0][0], curves["train_loss"][-1][0]) == (1, 120)
    assert outputs["hyperparameters"]["batch_size"] == 1
    assert outputs["overfit"]["reading"] == "severe"
    assert outputs["overfit"]["best_step"] < 120
    assert "validation was best at step" in outputs["overfit"]["sentence"]
    assert 0 <= outputs["billed"]["tokens"] <= outputs["trained_tokens"]
    assert outputs["billed"]["usd"] >= 0
    assert len(json.dumps(outputs)) < 16_000


def test_every_checkpoint_has_what_the_result_file_measured_at_its_step(
    sweden: Account, training_file: Path
) -> None:
    points = trained(sweden, training_file).outputs["checkpoints"]
    assert [point["step_number"] for point in points] == [120, 108, 96]
    assert all("full_valid_loss" in point["metrics"] for point in points)


def test_the_best_checkpoint_is_chosen_by_the_metric_that_is_named(
    sweden: Account, training_file: Path
) -> None:
    model = trained(sweden, training_file, checkpoint="best")
    assert model.outputs["fine_tuned_model"].endswith(":ckpt-step-96")
    inputs = {name: model.inputs[name] for name in ("account", "job_id", "checkpoint")}
    assert model.up(**inputs, checkpoint_metric="train_loss") == "update"
    points = {p["model"]: p["metrics"]["train_loss"] for p in model.outputs["checkpoints"]}
    assert model.outputs["fine_tuned_model"] == min(points, key=lambda name: points[name])


def test_a_metric_without_a_choice_by_it_fails_the_check(sweden: Account) -> None:
    with pytest.raises(CheckFailed, match="`checkpoint: best` goes by"):
        driven().up(account=sweden.to_props(), job_id="ftjob-1", checkpoint_metric="valid_loss")


def test_a_step_that_was_not_kept_is_refused_with_those_that_were(
    sweden: Account, training_file: Path
) -> None:
    with pytest.raises(ConfigurationError, match=r"of step 5; steps kept: 96 \(full_valid_loss"):
        trained(sweden, training_file, checkpoint=5)


def test_a_result_file_that_is_gone_leaves_the_curves_of_the_events(
    sweden: Account, training_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = submitted(sweden, training_file)
    clients = connect(sweden)
    clients.files.delete_file(clients.jobs.get_job(job_id).result_files[0])
    model = driven()
    model.up(account=sweden.to_props(), job_id=job_id)
    kept = {point["step_number"] for point in model.outputs["checkpoints"]}
    assert kept <= {step for step, _value in model.outputs["curves"]["train_loss"]}
    assert capsys.readouterr().out.startswith(f"{job_id}: its curves are those of its events:")


def test_a_refresh_adds_what_an_older_version_did_not_store(
    sweden: Account, training_file: Path
) -> None:
    job_id = submitted(sweden, training_file)
    model = driven()
    model.up(account=sweden.to_props(), job_id=job_id)
    for name in ("curves", "overfit", "billed", "hyperparameters"):
        del model.outputs[name]  # as a state of a version that did not store them
    assert model.refresh()
    assert model.outputs["curves"]["train_loss"]
    assert model.outputs["billed"]["tokens"] is not None
    assert model.up(account=sweden.to_props(), job_id=job_id) == "same"


def test_a_choice_that_cannot_be_right_fails_the_check(sweden: Account) -> None:
    with pytest.raises(CheckFailed, match="`checkpoint` takes"):
        driven().up(account=sweden.to_props(), job_id="ftjob-1", checkpoint="latest")
