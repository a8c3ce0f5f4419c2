"""Models that continue from one another, and trainings that are taken in, on the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.conftest import write_examples
from tests.engine.conftest import Project
from tests.engine.test_whole_flow import changes
from tests.method_data import write_pairs
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven

pytestmark = pytest.mark.engine

BASE = "gpt-4.1-mini-2025-04-14"


def chain(project: Project) -> dict[str, Any]:
    """Preference training on top of a supervised one; the second is written first."""
    write_pairs(project.directory / "pairs.jsonl")
    return {
        "polite": {
            "account": "sweden",
            "baseModel": {"model": "tutor"},
            "trainingFile": "pairs.jsonl",
            "method": "dpo",
        },
        "tutor": project.settings["models"]["tutor"],
    }


def sent_models(azure: RunningEmulator) -> list[str]:
    sent = azure.requests(method="POST", path="fine_tuning/jobs")
    return [each["body"]["model"] for each in sent]


@pytest.mark.matrix
def test_a_second_training_waits_for_the_first_and_follows_it_when_that_is_replaced(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    project.configure(
        models=chain(project),
        deployments={"polite-sweden": {"model": "polite", "account": "sweden"}},
    )
    stack = project.stack()
    shown = project.run("preview")
    assert shown.returncode == 0, shown.stdout
    assert "models.polite: trained further from `tutor`" in shown.stdout
    first = stack.up().outputs["models"].value
    assert sent_models(azure) == [BASE, first["tutor"]["fineTunedModel"]]
    assert first["polite"]["fineTunedModel"].startswith(f"{BASE}.ft-")
    assert changes(stack.up().summary) == {}

    lines = project.train.read_text().replace("Answer 3 about", "A better answer 3 about")
    project.train.write_text(lines)
    shown = project.run("preview")
    assert "models.polite" in shown.stdout.split("estimated costs")[1]
    second = stack.up().outputs["models"].value
    assert sent_models(azure)[3:] == [second["tutor"]["fineTunedModel"]]
    assert second["polite"] != first["polite"]
    stack.destroy()


@pytest.mark.matrix
def test_what_only_the_second_changes_does_not_train_the_first_again(
    project: Project, azure: RunningEmulator
) -> None:
    project.configure(models=chain(project), deployments={})
    stack = project.stack()
    first = stack.up().outputs["models"].value
    given = chain(project)
    given["polite"]["hyperparameters"] = {"beta": 0.3}
    project.configure(models=given)
    second = stack.up().outputs["models"].value
    assert len(sent_models(azure)) == 3
    assert second["tutor"] == first["tutor"]
    assert second["polite"] != first["polite"]


@pytest.fixture
def theirs(sweden: Account, tmp_path: Path) -> tuple[str, str]:
    """A job that somebody else made, and its model."""
    file = uploaded(sweden, write_examples(tmp_path / "theirs.jsonl", topic="numbers"))
    Driven(FineTuningJobProvider()).up(**inputs_for(sweden, file, owner="0" * 32 + "/theirs"))
    (job,) = connect(sweden).jobs.list_jobs()
    return job.id, str(job.fine_tuned_model)


@pytest.mark.parametrize(
    "by", ["existingJobId", pytest.param("existingModel", marks=pytest.mark.matrix)]
)
def test_a_training_of_others_is_served_and_nothing_is_trained(
    project: Project, azure: RunningEmulator, sweden: Account, theirs: tuple[str, str], by: str
) -> None:
    job_id, name = theirs
    taken = {"account": "sweden", by: job_id if by == "existingJobId" else name}
    project.configure(
        models={"tutor": taken},
        deployments={"tutor-sweden": {"model": "tutor", "account": "sweden"}},
    )
    azure.forget_requests()
    stack = project.stack()
    policies = project.run("preview", "--policy-pack", "policies")
    assert policies.returncode == 0, policies.stdout + policies.stderr
    served = stack.up().outputs["deployments"].value["tutor-sweden"]
    assert served["model"] == name
    assert changes(stack.up().summary) == {}
    stack.destroy()
    writes = [each["path"] for each in azure.requests(path="/openai/") if each["method"] != "GET"]
    assert writes == []
    assert [job.id for job in connect(sweden).jobs.list_jobs()] == [job_id]


def test_what_is_not_in_the_account_is_found_in_the_preview(
    project: Project, theirs: tuple[str, str]
) -> None:
    job_id, name = theirs
    project.configure(
        models={
            "wrong": {"account": "sweden", "existingJobId": "ftjob-none"},
            "elsewhere": {"account": "america", "existingJobId": job_id},
            "step": {"account": "sweden", "existingJobId": job_id, "checkpoint": 3},
            "further": {**project.settings["models"]["tutor"], "baseModel": f"{name}-not"},
        },
        deployments={},
    )
    project.stack()
    shown = project.run("preview")
    assert shown.returncode != 0
    output = shown.stdout + shown.stderr
    assert "models.wrong.existingJobId: account contoso-swedencentral (swedencentral)" in output
    assert output.count("it is in the account `sweden`") == output.count("models.elsewhere.")
    assert f"models.step.existingJobId: {name} has no checkpoint of step 3; steps kept" in output
    assert "models.further.baseModel: account contoso-swedencentral" in output
    assert "Traceback" not in output
