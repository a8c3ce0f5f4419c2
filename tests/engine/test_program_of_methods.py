"""Each method, a chain and a training that exists, from a program on the real engine."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import write_examples
from tests.engine.conftest import Project
from tests.engine.test_whole_flow import changes
from tests.method_data import write_pairs, write_questions

pytestmark = pytest.mark.engine

PROGRAM = """
    import os
    import pulumi
    from aoai import Account, Cloud
    from aoai_components import DeploymentTarget, FineTunedDeployment, FineTunedDeploymentArgs

    url = os.environ["AOAI_EMULATOR_URL"]
    sweden = Account(
        id=ARM_ID, tenant_id=TENANT, location="swedencentral", cloud=Cloud(url, url)
    )

    def model(name, **given):
        target = {f"{name}-sweden": DeploymentTarget(account=sweden)}
        args = FineTunedDeploymentArgs(account=sweden, deployments=target, **given)
        made = FineTunedDeployment(name, args)
        pulumi.export(name, made.deployments[f"{name}-sweden"].model)
        return made

    mini = "gpt-4.1-mini-2025-04-14"
    tutor = model("tutor", base_model=mini, training_file="train.jsonl")
    model(
        "polite",
        base_model=tutor,
        training_file="pairs.jsonl",
        method="dpo",
        hyperparameters={"beta": 0.2},
    )
    model(
        "sums",
        base_model="o4-mini-2025-04-16",
        training_file="sums.jsonl",
        validation_file="more-sums.jsonl",
        method="reinforcement",
        grader={
            "type": "string_check",
            "name": "sum",
            "operation": "eq",
            "input": "{{sample.output_text}}",
            "reference": "{{item.answer}}",
        },
        metadata={"team": "docs"},
    )
    if os.path.exists("job"):
        given = FineTunedDeploymentArgs(account=sweden, existing_job_id=open("job").read())
        taken_in = FineTunedDeployment("taken-in", given)
        pulumi.export("taken-in", taken_in.model.fine_tuned_model)
"""


@pytest.mark.matrix
def test_a_program_trains_by_each_method_continues_and_takes_in(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    directory = project.directory
    (directory / "__main__.py").unlink()
    text = textwrap.dedent(PROGRAM).replace("ARM_ID", repr(sweden.id))
    (directory / "__main__.py").write_text(text.replace("TENANT", repr(sweden.tenant_id)))
    write_files(directory)
    stack = project.stack()
    made = stack.up().outputs
    jobs = {job.fine_tuned_model: job for job in connect(sweden).jobs.list_jobs()}
    assert {jobs[made[name].value].method for name in ("tutor", "polite", "sums")} == {
        "supervised",
        "dpo",
        "reinforcement",
    }
    assert jobs[made["polite"].value].model == made["tutor"].value
    (by_v1,) = azure.requests(method="POST", path="openai/v1/fine_tuning/jobs")
    assert by_v1["body"]["metadata"] == {"team": "docs"}
    assert changes(stack.up().summary) == {}

    other = write_examples(directory / "train.jsonl", topic="numbers")
    (directory / "job").write_text(jobs[made["tutor"].value].id)
    again = stack.up().outputs
    assert other.exists()
    assert again["taken-in"].value == made["tutor"].value
    assert again["tutor"].value != made["tutor"].value
    assert again["polite"].value != made["polite"].value
    assert again["sums"].value == made["sums"].value
    stack.destroy()
    assert len(connect(sweden).jobs.list_jobs()) == 5


def write_files(directory: Path) -> None:
    write_examples(directory / "train.jsonl")
    write_pairs(directory / "pairs.jsonl")
    write_questions(directory / "sums.jsonl")
    write_questions(directory / "more-sums.jsonl", start=20)
