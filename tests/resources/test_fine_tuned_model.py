"""The life of a fine-tuned model, on the emulator over HTTPS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import Checkpoint, FineTunedModelProvider, choose
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


def checkpoint(model: str, step: int, metrics: dict[str, float]) -> Checkpoint:
    return Checkpoint(id="c", model=model, step_number=step, created_at=None, metrics=metrics)


CHECKPOINTS = [
    Checkpoint(
        id="c1",
        model="m:ckpt-step-10",
        step_number=10,
        created_at=None,
        metrics={"full_valid_loss": 0.9},
    ),
    Checkpoint(
        id="c2",
        model="m:ckpt-step-20",
        step_number=20,
        created_at=None,
        metrics={"full_valid_loss": 0.4},
    ),
    Checkpoint(
        id="c3", model="m", step_number=30, created_at=None, metrics={"full_valid_loss": 0.7}
    ),
]


@pytest.mark.parametrize(
    ("choice", "model"), [("final", "m"), ("best", "m:ckpt-step-20"), (10, "m:ckpt-step-10")]
)
def test_the_checkpoint_is_chosen(choice: str | int, model: str) -> None:
    assert choose("m", CHECKPOINTS, choice) == model


def test_a_checkpoint_that_was_not_kept_is_told_with_those_that_were() -> None:
    with pytest.raises(ConfigurationError, match="no checkpoint 15; steps kept: 10, 20, 30"):
        choose("m", CHECKPOINTS, 15)


def test_best_needs_a_validation_loss() -> None:
    with pytest.raises(ConfigurationError, match="`best` needs a validation file"):
        choose(
            "m",
            [
                Checkpoint(
                    id="c", model="m", step_number=30, created_at=None, metrics={"train_loss": 0.1}
                )
            ],
            "best",
        )


def test_a_choice_that_cannot_be_right_fails_the_check(sweden: Account) -> None:
    with pytest.raises(CheckFailed, match="`checkpoint` takes"):
        driven().up(account=sweden.to_props(), job_id="ftjob-1", checkpoint="latest")
