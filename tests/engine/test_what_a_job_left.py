"""What a job left, and why it failed, as a user of the engine sees it."""

from __future__ import annotations

import json

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from tests.engine.conftest import Project
from tests.openai_jobs import problems, read_job

pytestmark = pytest.mark.engine

WORDS = "Training file has 12 example(s), but must have at least 50 examples."
NEXT = "An update will fail with these words."


def test_a_model_keeps_curves_bill_and_hyperparameters_and_stays_small(
    project: Project, sweden: Account
) -> None:
    model = project.settings["models"]["tutor"]
    best = {"checkpoint": "best", "checkpointMetric": "fullValidLoss"}
    (project.directory / "valid.jsonl").write_text(
        project.train.read_text().replace("Answer", "Another answer")
    )
    project.configure(models={"tutor": {**model, "validationFile": "valid.jsonl", **best}})
    stack = project.stack()
    stack.up()
    (left,) = [
        resource["outputs"]
        for resource in json.loads(project.state())["resources"]
        if resource["type"].endswith("aoai:FineTunedModel")
    ]
    assert {"train_loss", "full_valid_loss"} <= set(left["curves"])
    assert max(len(points) for points in left["curves"].values()) <= 50
    assert left["hyperparameters"]["n_epochs"] > 0
    assert left["billed"]["tokens"] >= 0
    assert "training loss" in left["overfit"]["sentence"]
    losses = {p["model"]: p["metrics"]["full_valid_loss"] for p in left["checkpoints"]}
    assert left["fine_tuned_model"] == min(losses, key=lambda name: losses[name])
    assert len(json.dumps(left)) < 16_000
    job, events, checkpoints = read_job(sweden, left["job_id"])
    assert [text for each in (job, *events, *checkpoints) for text in problems(each)] == []
    assert (job.status, job.trained_tokens) == ("succeeded", left["trained_tokens"])
    assert project.run("preview", "--expect-no-changes").returncode == 0
    assert project.run("preview", "--refresh", "--expect-no-changes").returncode == 0


@pytest.mark.matrix
def test_a_failed_job_is_the_same_words_in_update_preview_and_refresh(
    project: Project, azure: RunningEmulator
) -> None:
    azure.settings(minimum_examples=50)
    stack = project.stack()
    failed = project.run("up", "--yes", "--skip-preview")
    assert failed.returncode != 0
    assert WORDS in failed.stdout
    assert "Nothing is billed for it. Correct the data" in failed.stdout

    shown = project.run("preview")
    assert WORDS in shown.stdout
    assert NEXT in shown.stdout
    refreshed = project.run("refresh", "--yes")
    assert WORDS in refreshed.stdout
    for done in (failed, shown, refreshed):
        assert "Traceback" not in done.stdout + done.stderr

    azure.settings(minimum_examples=10)
    project.train.write_text(project.train.read_text().replace("Answer 3", "A good answer 3"))
    assert NEXT not in project.run("preview").stdout
    stack.up()
