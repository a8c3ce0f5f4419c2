"""Where it is not known what Azure answers, every answer that it may give has to do.

Each setting of the emulator that stands for such a question is tried with each of its answers; the
whole life of the four resources has to come out the same.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.azure.lifecycle.parallel_upload import UploadOptions
from aoai.azure.lifecycle.training_file import upload_file
from aoai.errors import ApiError, InvalidRequest, Unauthorized
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.answers import ANSWERS
from tests.conftest import act_as, write_examples
from tests.file_content import content_of
from tests.resources.conftest import Train, inputs_for, uploaded
from tests.resources.driver import Driven
from tests.resources.test_model_deployment import driven, inputs_for_model, live

ONE_BY_ONE: dict[str, tuple[Any, ...]] = {
    "file_delete_body": (True, False),
    "deployment_delete_async": (True, False),
    "operation_header": ("azure-asyncoperation", "location", "none"),
    "echo_source": (True, False),
    "jobs_newest_first": (True, False),
    "invalid_data": ("file", "job"),
    "unprocessed_file_code": ("unexpectedEntityState", "invalidPayload"),
    "arm_takes_2024_10_21": (True, False),
}


def each_answer() -> list[Any]:
    alone = [
        pytest.param({name: value}, id=f"{name}={value}")
        for name, values in ONE_BY_ONE.items()
        for value in values
    ]
    return alone + [pytest.param(answers, id=name) for name, answers in ANSWERS.items()]


@pytest.mark.parametrize("answers", each_answer())
def test_the_whole_life_comes_out_the_same(
    azure: RunningEmulator,
    sweden: Account,
    fabrikam: Account,
    tmp_path: Path,
) -> None:
    path = write_examples(tmp_path / "train.jsonl")
    file, job = Driven(TrainingFileProvider()), Driven(FineTuningJobProvider())
    model, served = Driven(FineTunedModelProvider()), driven()

    def everything() -> list[str]:
        steps = [file.up(account=sweden.to_props(), path=str(path))]
        steps.append(job.up(**inputs_for(sweden, file.outputs, on_delete="delete")))
        steps.append(model.up(account=sweden.to_props(), job_id=job.id))
        name = model.outputs["fine_tuned_model"]
        steps.append(served.up(**inputs_for_model(fabrikam, name, source=sweden.to_props())))
        return steps

    assert everything() == ["create"] * 4
    for resource in (file, job, model, served):
        assert resource.refresh()
    assert everything() == ["same"] * 4
    for resource in (served, model, job, file):
        resource.destroy()
        resource.destroy()
    assert live(fabrikam) == {}
    assert connect(sweden).files.list_files() == []
    assert connect(sweden).jobs.list_jobs() == []


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_lost_answer_is_one_job_in_either_order_of_the_list(
    newest_first: bool, azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.settings(jobs_newest_first=newest_first)
    file = uploaded(sweden, training_file)
    for generation in (1, 2, 3):
        Driven(FineTuningJobProvider()).up(**inputs_for(sweden, file, generation=generation))
    azure.fail("reset", method="POST", path="/fine_tuning/jobs$", when="after")
    Driven(FineTuningJobProvider()).up(**inputs_for(sweden, file, generation=4))
    assert len(connect(sweden).jobs.list_jobs()) == 4


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize(
    "code", ["DeploymentModelNotSupported", "InvalidResourceProperties", "Conflict"]
)
def test_a_second_deployment_that_the_look_did_not_see_is_refused_at_once(
    status: int, code: str, azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    """Another writer was faster: the refusal is told, and not taken for a busy account."""
    azure.settings(second_deployment_status=status, second_deployment_code=code)
    model = train()
    driven().up(**inputs_for_model(sweden, model, deployment_name="first"))
    body = {
        "sku": {"name": "Standard", "capacity": 1},
        "properties": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
    }
    with pytest.raises(ApiError, match="first"):
        connect(sweden).deployments.create_or_update_deployment("second", body)
    assert live(sweden) == {"first": model}


def test_a_model_that_cannot_be_exchanged_in_place_goes_on_serving(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    azure.settings(model_change_refused=True)
    old, new = train("lists"), train("sets")
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, old, deployment_name="tutor"))
    with pytest.raises(InvalidRequest, match="on_model_change"):
        deployment.up(**inputs_for_model(sweden, new, deployment_name="tutor"))
    assert live(sweden) == {"tutor": old}
    wanted = {"deployment_name": "tutor", "on_model_change": "replace"}
    assert deployment.up(**inputs_for_model(sweden, new, **wanted)) == "delete, create"
    assert live(sweden) == {"tutor": new}


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_role_is_told_whatever_its_status(
    status: int,
    azure: RunningEmulator,
    sweden: Account,
    training_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    azure.settings(denied_status=status)
    act_as(azure, "reader", monkeypatch)
    with pytest.raises(Unauthorized, match=r"contoso-swedencentral \(swedencentral\)"):
        uploaded(sweden, training_file)


@pytest.mark.parametrize("code", ["contentFilter", "invalidPayload"])
def test_a_job_that_fails_the_safety_checks_keeps_the_services_words(
    code: str, azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    azure.settings(rai_failure_code=code)
    path = write_examples(tmp_path / "harm.jsonl", topic="[emulator:harm=violence]")
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(sweden, uploaded(sweden, path)))
    assert job.refresh()
    assert job.outputs["status"] == "failed"
    assert "failed RAI checks for harm types: [violence]" in job.outputs["error"]


@pytest.mark.parametrize("wanted", ["either", "id", "block"])
def test_an_upload_is_completed_whichever_ids_of_its_parts_are_wanted(
    wanted: str, azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    azure.settings(part_ids=wanted)
    path = write_examples(tmp_path / "train.jsonl", count=200)
    content = path.read_bytes()
    files = connect(sweden).files
    sending = UploadOptions(large=1, part_size=10_000, notes=tmp_path / "notes")
    digest = hashlib.sha256(content).hexdigest()
    file = upload_file(files, path, "train.jsonl", sha256=digest, sending=sending)
    assert content_of(connect(sweden), file.id) == content
    assert len(azure.requests(method="POST", path="/parts$")) > 1
