"""Preference and reinforcement jobs: the method, and the data that it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.wire import MODEL, Wire, chat_lines

PREVIEW = "2025-04-01-preview"
GRADER = {"type": "string_check", "name": "g", "operation": "eq", "input": "a", "reference": "b"}


def pairs(count: int = 12) -> bytes:
    row = {
        "input": {"messages": [{"role": "user", "content": "How are you?"}]},
        "preferred_output": [{"role": "assistant", "content": "Well."}],
        "non_preferred_output": [{"role": "assistant", "content": "Go away."}],
    }
    return "\n".join([json.dumps(row)] * count).encode()


def questions(role: str = "user") -> bytes:
    row = {"messages": [{"role": role, "content": "2+2?"}], "answer": "4"}
    return "\n".join([json.dumps(row)] * 12).encode()


def ask(wire: Wire, data: bytes, method: dict[str, Any], **body: Any) -> tuple[int, dict[str, Any]]:
    body = {"model": MODEL, "training_file": wire.upload(data), "method": method, **body}
    answer = wire.data("POST", "/fine_tuning/jobs", version=PREVIEW, json=body)
    return answer.status_code, dict(answer.json())


def test_a_preference_job_takes_pairs(wire: Wire) -> None:
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1, "n_epochs": "auto"}}}
    status, job = ask(wire, pairs(), method)
    assert status == 201
    assert job["method"]["dpo"]["hyperparameters"] == {
        "beta": 0.1,
        "l2_multiplier": 0,
        "n_epochs": -1,
        "batch_size": -1,
        "learning_rate_multiplier": 2,
    }
    assert "hyperparameters" not in job
    done = wire.job(job["id"])
    wire.deploy(done["fine_tuned_model"])
    answer = wire.chat(messages=[{"role": "user", "content": "How are you?"}])
    assert answer.json()["choices"][0]["message"]["content"] == "Well."


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        ("dpo", chat_lines(), "which dpo does not take"),
        ("supervised", pairs(), "which supervised does not take"),
        ("magic", chat_lines(), "method.type must be one of"),
        ("reinforcement", questions(), "does not support reinforcement"),
    ],
)
def test_a_method_takes_its_own_format_only(wire: Wire, kind: str, data: bytes, what: str) -> None:
    status, body = ask(wire, data, {"type": kind})
    assert (status, what in body["error"]["message"]) == (400, True), body


def reinforce(wire: Wire, data: bytes, grader: object, **body: Any) -> tuple[int, dict[str, Any]]:
    method = {"type": "reinforcement", "reinforcement": {"grader": grader}}
    return ask(wire, data, method, model="o4-mini-2025-04-16", **body)


def test_a_reinforcement_job_needs_a_validation_file_and_a_grader(wire: Wire) -> None:
    status, body = reinforce(wire, questions(), GRADER)
    assert (status, body["error"]["target"]) == (400, "validation_file")
    held = wire.upload(questions())
    status, body = reinforce(wire, questions(), None, validation_file=held)
    assert (status, body["error"]["target"]) == (400, "method.reinforcement.grader")
    status, job = reinforce(wire, questions(), GRADER, validation_file=held)
    assert status == 201
    assert wire.job(job["id"])["status"] == "succeeded"


def test_reinforcement_data_must_end_with_the_user(wire: Wire) -> None:
    held = wire.upload(questions())
    status, body = reinforce(wire, questions("system"), GRADER, validation_file=held)
    assert (status, "role user" in body["error"]["message"]) == (400, True)


def test_integrations_come_back(wire: Wire) -> None:
    wanted = [{"type": "wandb", "wandb": {"project": "p"}}]
    status, job = ask(wire, chat_lines(), {"type": "supervised"}, integrations=wanted)
    assert (status, job["integrations"]) == (201, wanted)
