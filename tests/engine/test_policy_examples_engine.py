"""The examples of the policy pages on the real engine, and by `aoai policy check`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aoai_policies.checking import check_export
from aoai_policies.export import read_export
from aoai_policies.rules import RULES

from tests.engine.policy_project import Outcome, PolicyProject, new_project
from tools.policy_examples import Program, Service, example, findings

pytestmark = pytest.mark.engine

SAMPLE = {"one-deployment-per-model", "content-filter-required"}
EACH = pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule.name, marks=() if rule.name in SAMPLE else pytest.mark.matrix)
        for rule in RULES
    ],
)


def write(project: PolicyProject, program: Program) -> None:
    """Declare a program, and let the service have what it names."""
    project.declare(*program.resources)
    seen = (program.service or Service(idle_days=0)).outputs(datetime.now(UTC))
    project.service_outputs(seen)


def checked(project: PolicyProject, config: dict[str, object]) -> set[tuple[str, str, str]]:
    """Level, rule and resource of what the command finds in the stack's export."""
    export = read_export(project.export().read_text())
    return {
        (found.level, found.rule.name, found.name)
        for found in check_export(export, config, datetime.now(UTC))
    }


def by_rule(outcome: Outcome) -> set[tuple[str, str, str]]:
    """The same of a preview: a warning policy is its rule."""
    return {
        (level, policy.removesuffix("-warning"), name) for level, policy, name in outcome.findings
    }


def first_line(text: str) -> str:
    """The first line of a message, up to what the time changes."""
    return text.splitlines()[0].partition(" has been idle")[0].partition(" was removed")[0]


@EACH
def test_the_example_fails_its_twin_passes_and_the_command_agrees(
    rule: str, tmp_path: Path, engine_path: str
) -> None:
    given = example(rule)
    config: dict[str, object] = {rule: given.config} if given.config else {}
    project = new_project(tmp_path, engine_path)
    settings = project.settings(config)
    write(project, given.violates)
    if given.violates.service is None:
        planned = project.preview(*settings)
        assert planned.of(rule), planned.text
    made = project.up()
    assert made.passed, made.text

    broken = project.preview(*settings)
    agreed = checked(project, config)

    assert by_rule(broken) == agreed, json.dumps(sorted(by_rule(broken) ^ agreed))
    planned_or_broken = broken if given.violates.service else planned
    (declared,) = [r for r in RULES if r.name == rule]
    message = findings(declared, given.violates, given.config)[0].message
    assert first_line(message).split(" in account")[0] in planned_or_broken.policies

    write(project, given.corrected)
    assert project.preview(*settings).of(rule) == set()
