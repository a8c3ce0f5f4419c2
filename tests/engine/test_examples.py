"""The stack of each example on the real engine: data, training, deployment, and a call to it.

The official SDK reads the jobs that were made.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator
from azure.identity import DefaultAzureCredential
from openai import AzureOpenAI
from openai.types.fine_tuning import FineTuningJob
from openai.types.fine_tuning.fine_tuning_job import Method

from aoai.azure.account import Account
from tests.conftest import ask
from tests.engine.conftest import CONFIG, ROOT, Project
from tests.engine.test_whole_flow import changes

pytestmark = pytest.mark.engine

EXAMPLES = {
    "preferences": ["supervised", "dpo"],
    "reinforcement": ["reinforcement"],
    "vision": ["supervised"],
    "tools": ["supervised"],
}
"""The methods of the jobs that each example submits, in order."""


def settings_of(name: str) -> dict[str, Any]:
    content = yaml.safe_load((ROOT / "examples" / name / "stack.yaml").read_text())["config"]
    return {key.removeprefix(f"{CONFIG}:"): value for key, value in content.items()}


def jobs_of(account: Account) -> list[FineTuningJob]:
    """The account's jobs as the official SDK reads them, oldest first."""
    credential = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    scope = account.cloud.data_plane_scope
    with AzureOpenAI(
        azure_endpoint=account.endpoint,
        api_version="2025-04-01-preview",
        azure_ad_token=credential.get_token(scope, tenant_id=account.tenant_id).token,
    ) as client:
        return list(reversed(list(client.fine_tuning.jobs.list())))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "reinforcement" else [pytest.mark.matrix])
        for name in EXAMPLES
    ],
)
def test_an_example_trains_serves_and_goes(
    name: str, project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    (project.directory / "examples").symlink_to(ROOT / "examples")
    project.settings.clear()
    project.configure(**settings_of(name))
    stack = project.stack()
    preview = project.run("preview", "--policy-pack", "policies")
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "warning:" not in preview.stdout
    outputs = stack.up().outputs
    jobs = jobs_of(sweden)
    assert [job.status for job in jobs] == ["succeeded"] * len(jobs)
    methods = [job.method.type if job.method else "supervised" for job in jobs]
    assert methods == EXAMPLES[name]
    assert all(isinstance(job.method, Method) for job in jobs if job.method)
    (served,) = outputs["deployments"].value.values()
    assert served["model"].startswith(jobs[-1].fine_tuned_model or "?")
    assert ask(sweden, served["deploymentName"], "What is it?")
    assert changes(stack.up().summary) == {}
    stack.destroy()
    assert azure.state()[sweden.name]["deployments"] == []


def test_a_grader_that_the_service_refuses_fails_the_preview_with_its_key(
    project: Project, azure: RunningEmulator
) -> None:
    (project.directory / "examples").symlink_to(ROOT / "examples")
    project.settings.clear()
    settings = settings_of("reinforcement")
    grader = json.loads((ROOT / "examples" / "reinforcement" / "grader.json").read_text())
    settings["models"]["calendar"]["grader"] = {**grader, "calculate_output": "exact + far"}
    project.configure(**settings)
    project.stack()
    shown = project.run("preview")
    assert shown.returncode != 0
    output = shown.stdout + shown.stderr
    assert "models.calendar.grader: the service refuses the grader" in output
    assert "Traceback" not in output
    assert azure.requests(method="POST", path="fine_tuning/jobs") == []
