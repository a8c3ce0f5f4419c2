"""The made-up numbers of a training: they follow from the seed and look like a training."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire, chat_lines


def results(wire: Wire, **body: Any) -> list[dict[str, str]]:
    """The rows of a job's result file."""
    job = wire.job(wire.submit(**body))
    text = wire.data("GET", f"/files/{job['result_files'][0]}/content").text
    return list(csv.DictReader(io.StringIO(text)))


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(wire: Wire) -> None:
    file = wire.upload(chat_lines(40))
    first = results(wire, training_file=file, seed=1)
    assert results(wire, training_file=file, seed=1) == first
    assert results(wire, training_file=file, seed=2) != first


def test_the_loss_falls_and_the_accuracy_rises(wire: Wire) -> None:
    rows = results(wire, training_file=wire.upload(chat_lines(60)), seed=7)
    assert len(rows) == 180
    assert float(rows[0]["train_loss"]) > 1.5
    assert float(rows[-1]["train_loss"]) < 0.5
    first, last = rows[0], rows[-1]
    assert float(first["train_mean_token_accuracy"]) < float(last["train_mean_token_accuracy"])
    assert first["valid_loss"] == ""


def test_a_validation_file_brings_its_columns_and_shows_overfitting(wire: Wire) -> None:
    rows = results(
        wire,
        training_file=wire.upload(chat_lines(20)),
        validation_file=wire.upload(chat_lines(10)),
        hyperparameters={"n_epochs": 10},
        seed=7,
    )
    losses = [float(row["valid_loss"]) for row in rows]
    assert losses[-1] > min(losses) + 0.1
    full = [int(row["step"]) for row in rows if row["full_valid_loss"]]
    assert full == list(range(20, 201, 20))


def test_checkpoints_stand_at_the_ends_of_the_last_three_epochs(wire: Wire) -> None:
    job = wire.submit(training_file=wire.upload(chat_lines(20)), hyperparameters={"n_epochs": 5})
    name = wire.job(job)["fine_tuned_model"]
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    assert [point["step_number"] for point in points] == [100, 80, 60]
    models = [point["fine_tuned_model_checkpoint"] for point in points]
    assert models == [name, f"{name}:ckpt-step-80", f"{name}:ckpt-step-60"]
    assert wire.deploy(models[2]).status_code == 201
    assert set(points[0]["metrics"]) == {"step", "train_loss", "train_mean_token_accuracy"}


def test_a_checkpoint_cannot_be_deployed_before_the_job_has_ended(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("manual", of="jobs")
    job = wire.submit(training_file=wire.upload(chat_lines(20)), hyperparameters={"n_epochs": 3})
    azure.push(SWEDEN, job, progress=0.75)
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    assert [point["step_number"] for point in points] == [20]
    answer = wire.deploy(points[0]["fine_tuned_model_checkpoint"])
    assert answer.json()["error"]["code"] == "DeploymentModelNotSupported"


def test_a_reinforcement_job_measures_rewards(wire: Wire) -> None:
    lines = [
        json.dumps({"messages": [{"role": "user", "content": f"{n}?"}], "answer": str(n)})
        for n in range(12)
    ]
    file = wire.upload("\n".join(lines).encode())
    grader = {
        "type": "string_check",
        "name": "same",
        "operation": "eq",
        "input": "{{sample.output_text}}",
        "reference": "{{item.answer}}",
    }
    method = {"type": "reinforcement", "reinforcement": {"grader": grader}}
    job = wire.submit(
        model="o4-mini",
        training_file=file,
        validation_file=file,
        method=method,
        version="2025-04-01-preview",
    )
    done = wire.job(job)
    assert done["eval"].startswith("eval_")
    assert "hyperparameters" not in done
    points = wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    assert 0.7 < points[0]["metrics"]["train_mean_reward"] <= 1
    assert "train_loss" not in points[0]["metrics"]
    content = wire.data("GET", f"/files/{done['result_files'][0]}/content").text
    assert content.startswith("step,train_mean_reward,full_valid_mean_reward,")


def test_a_running_job_lists_its_result_file(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")
    job = wire.submit()
    assert "result_files" not in wire.job(job)
    azure.push(SWEDEN, job, progress=0.7)
    (file,) = wire.job(job)["result_files"]
    assert wire.data("GET", f"/files/{file}/content").text.startswith("step,train_loss,")


def test_a_large_job_has_events_of_a_hundred_steps_and_all_epochs(wire: Wire) -> None:
    job = wire.submit(training_file=wire.upload(chat_lines(333)), hyperparameters={"n_epochs": 3})
    assert wire.job(job)["status"] == "succeeded"
    events = wire.data("GET", f"/fine_tuning/jobs/{job}/events", params={"limit": 500}).json()
    steps = [event["data"]["step"] for event in events["data"] if event["type"] == "metrics"]
    assert len(steps) <= 103
    assert {333, 666, 999} <= set(steps)
