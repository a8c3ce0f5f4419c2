"""The policy pack on the repository's own program, in the first preview, which knows the least."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from aoai_policies.checking import check_export
from aoai_policies.export import read_export

from tests.engine.conftest import Project
from tests.engine.policy_project import Outcome

pytestmark = pytest.mark.engine
TUTOR = {
    "account": "sweden",
    "baseModel": "gpt-4.1-mini-2025-04-14",
    "trainingFile": "train.jsonl",
}


def preview(project: Project) -> Outcome:
    project.stack()
    done = project.run("preview", "--policy-pack", "policies")
    return Outcome(done.returncode == 0, done.stdout + done.stderr)


def test_two_models_of_one_base_model_and_one_file_may_each_be_served(project: Project) -> None:
    project.configure(
        models={"one": TUTOR, "two": {**TUTOR, "hyperparameters": {"nEpochs": 2}}},
        deployments={
            "one-sweden": {"model": "one", "account": "sweden"},
            "two-sweden": {"model": "two", "account": "sweden"},
        },
    )

    shown = preview(project)

    assert shown.passed, shown.text
    assert shown.of("one-deployment-per-model") == set()
    assert {level for level, _, _ in shown.findings} <= {"advisory"}


def test_the_command_reads_what_the_program_stores(project: Project) -> None:
    project.stack().up()
    again = {"version": 3, "deployment": json.loads(project.state())}
    config = {"deployment-capacity": {"maxCapacity": 0.5}, "readiness": {"required": ["owner"]}}

    found = check_export(read_export(json.dumps(again)), config, datetime.now(UTC))
    by_rule = {violation.rule.name: violation for violation in found}

    assert by_rule["deployment-capacity"].name == "tutor-sweden"
    assert "contoso-swedencentral (swedencentral)" in by_rule["readiness"].finding.message
    assert set(by_rule) == {"deployment-capacity", "readiness"}
