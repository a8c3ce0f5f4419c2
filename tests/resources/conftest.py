"""Uploaded files and trained models, for tests of what comes after them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aoai.azure.account import Account
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.conftest import write_examples
from tests.resources.driver import Driven

BASE_MODEL = "gpt-4.1-mini-2025-04-14"
Train = Callable[..., str]


def uploaded(account: Account, path: Path, **more: Any) -> dict[str, Any]:
    file = Driven(TrainingFileProvider())
    file.up(account=account.to_props(), path=str(path), **more)
    return file.outputs


def inputs_for(account: Account, file: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "account": account.to_props(),
        "model": BASE_MODEL,
        "training_file": file["file_id"],
        "training_file_sha256": file["sha256"],
        "generation": 1,
        "on_delete": "cancel",
        **more,
    }


@pytest.fixture
def train(sweden: Account, tmp_path: Path) -> Train:
    """Trains a model in Sweden and gives its name."""

    def trained(topic: str = "lists", **more: Any) -> str:
        path = write_examples(tmp_path / f"{topic}.jsonl", topic=topic)
        job, model = Driven(FineTuningJobProvider()), Driven(FineTunedModelProvider())
        job.up(**inputs_for(sweden, uploaded(sweden, path), **more))
        model.up(account=sweden.to_props(), job_id=job.id)
        return str(model.outputs["fine_tuned_model"])

    return trained
