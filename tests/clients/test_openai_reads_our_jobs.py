"""A job that our resources submitted is an ordinary job to the official openai SDK."""

from __future__ import annotations

from pathlib import Path

import pytest
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent
from openai.types.fine_tuning.jobs import FineTuningJobCheckpoint

from aoai.azure.account import Account
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.method_data import MODELS, NEEDS, WRITERS, write_questions
from tests.openai_jobs import problems, read_job
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven


def submitted(account: Account, directory: Path, method: str) -> Driven:
    file = uploaded(account, WRITERS[method](directory / "train.jsonl"), method=method)
    inputs = inputs_for(account, file, model=MODELS[method], **NEEDS[method])
    if method == "reinforcement":
        other = write_questions(directory / "validation.jsonl", start=20)
        inputs["validation_file"] = uploaded(account, other, method=method)["file_id"]
    job = Driven(FineTuningJobProvider())
    job.up(**inputs, training_type="GlobalStandard")
    return job


@pytest.mark.parametrize("method", WRITERS)
def test_the_sdks_typed_objects_hold_what_our_resources_hold(
    sweden: Account, tmp_path: Path, method: str
) -> None:
    made = submitted(sweden, tmp_path, method)
    left = Driven(FineTunedModelProvider())
    left.up(account=sweden.to_props(), job_id=made.id)

    job, events, checkpoints = read_job(sweden, made.id)
    assert [*problems(job)] == []
    assert [text for each in (*events, *checkpoints) for text in problems(each)] == []
    assert isinstance(job, FineTuningJob)
    assert all(isinstance(event, FineTuningJobEvent) for event in events)
    assert all(isinstance(point, FineTuningJobCheckpoint) for point in checkpoints)

    assert (job.status, job.fine_tuned_model) == ("succeeded", left.outputs["fine_tuned_model"])
    assert job.trained_tokens == left.outputs["trained_tokens"]
    assert (job.method.type if job.method else "supervised") == method
    steps = [point["step_number"] for point in left.outputs["checkpoints"]]
    assert [point.step_number for point in checkpoints] == steps
    assert any(event.type == "metrics" for event in events)
