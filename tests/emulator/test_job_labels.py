"""What is kept with a job beside its training: metadata on v1, and integrations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.wire import MODEL, Wire, chat_lines

PREVIEW = "2025-04-01-preview"
WANDB = [{"type": "wandb", "wandb": {"project": "tutor"}}]


def submit(wire: Wire, version: str, **more: Any) -> tuple[int, dict[str, Any]]:
    body = {"model": MODEL, "training_file": wire.upload(chat_lines()), **more}
    answer = wire.data("POST", "/fine_tuning/jobs", version=version, json=body)
    return answer.status_code, dict(answer.json())


def test_v1_keeps_metadata_and_shows_it_there_alone(wire: Wire) -> None:
    status, job = submit(wire, "v1", metadata={"team": "docs"})
    assert (status, job["metadata"]) == (200, {"team": "docs"})
    path = f"/fine_tuning/jobs/{job['id']}"
    assert wire.data("GET", path, version="v1").json()["metadata"] == {"team": "docs"}
    assert "metadata" not in wire.data("GET", path, version=PREVIEW).json()


def test_classic_does_not_know_metadata(wire: Wire) -> None:
    status, answer = submit(wire, PREVIEW, metadata={"team": "docs"})
    assert status == 400
    assert "Unrecognized request argument supplied: metadata" in answer["error"]["message"]


@pytest.mark.parametrize(
    "metadata",
    [{"n": 1}, ["a"], {"n" * 65: "v"}, {"n": "v" * 513}, {str(i): "" for i in range(17)}],
    ids=["number", "list", "name", "value", "pairs"],
)
def test_metadata_that_is_none_is_refused(wire: Wire, metadata: Any) -> None:
    status, answer = submit(wire, "v1", metadata=metadata)
    assert status == 400
    assert answer["error"]["param"] == "metadata"


def test_an_integration_is_echoed(wire: Wire) -> None:
    status, job = submit(wire, PREVIEW, integrations=WANDB)
    assert (status, job["integrations"]) == (201, WANDB)


@pytest.mark.parametrize("given", [[{"type": "mlflow"}], [{"type": "wandb", "wandb": {}}], "wandb"])
def test_an_integration_that_is_none_is_refused(wire: Wire, given: Any) -> None:
    status, answer = submit(wire, PREVIEW, integrations=given)
    assert status == 400
    assert answer["error"]["message"].startswith(("An integration", "integrations must"))
