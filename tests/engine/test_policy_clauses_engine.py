"""Each clause of the two named rules on the real engine, with its twin and its way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.policy_clauses import (
    IDLE,
    MADE,
    PLANNED,
    SCOPE_MODEL,
    SETTINGS,
    SOONER,
    USED,
    Answers,
    Clause,
)
from tests.engine.policy_project import Declared, Outcome, PolicyProject, new_project

pytestmark = pytest.mark.engine
ONE, INACTIVE = "one-deployment-per-model", "inactive-deployment"


def programs(clauses: list[Clause], *, corrected: bool = False) -> Declared:
    chosen = [(c.corrected if corrected else c.violates)(c.name) for c in clauses]
    return [resource for program in chosen for resource in program]


def answer(project: PolicyProject, clauses: list[Clause], *, better: bool = False) -> None:
    """Let the service answer as the clauses have it; all else is made and in use."""
    used = {"deployment_id": "id", **USED("x")["x-b"]}
    each: Answers = {}
    for clause in clauses:
        each |= (clause.better if better and clause.better else clause.answers)(clause.name)
    project.service_outputs(used, each)


def levels(outcome: Outcome, rule: str, clauses: list[Clause]) -> dict[str, set[str]]:
    """The levels of a rule's findings about each clause."""
    assert "Policies:" in outcome.text, outcome.text
    return {
        clause.name: {
            level
            for level, name in outcome.of(rule)
            if name in (clause.accused, f"{clause.name}-a")
        }
        for clause in clauses
    }


def expected(clauses: list[Clause]) -> dict[str, set[str]]:
    return {clause.name: {clause.level} if clause.level else set() for clause in clauses}


def none(clauses: list[Clause]) -> dict[str, set[str]]:
    return {clause.name: set() for clause in clauses}


def without_accused(clauses: list[Clause], outcome: Outcome, rule: str) -> Declared:
    """The violating programs without the deployments that the rule is against."""
    accused = {name for _, name in outcome.of(rule)}
    return [r for r in programs(clauses) if r["name"] not in accused]


def judge(project: PolicyProject, rule: str, clauses: list[Clause], *settings: str) -> None:
    """Each clause is reported, its twin is not, and taking the deployment out is a remedy."""
    project.declare(*programs(clauses))
    answer(project, clauses)
    broken = project.preview(*settings)
    assert levels(broken, rule, clauses) == expected(clauses), broken.text
    for clause in clauses:
        assert clause.words in broken.policies, (clause.name, broken.policies)

    project.declare(*without_accused(clauses, broken, rule))
    taken_out = project.preview(*settings)
    assert levels(taken_out, rule, clauses) == none(clauses), taken_out.text

    project.declare(*programs(clauses, corrected=True))
    answer(project, clauses, better=True)
    corrected = project.preview(*settings)
    assert levels(corrected, rule, clauses) == none(clauses), corrected.text


def test_each_way_to_a_second_deployment_is_found_before_anything_is_made(
    tmp_path: Path, engine_path: str
) -> None:
    judge(new_project(tmp_path, engine_path), ONE, PLANNED)


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("rule", "clauses", "config"),
    [
        (ONE, MADE, {}),
        (INACTIVE, IDLE, {}),
        (ONE, SCOPE_MODEL, SETTINGS),
        (INACTIVE, SOONER, SETTINGS),
    ],
    ids=["second", "idle", "scope", "days"],
)
def test_each_clause_is_found_on_what_is_made(
    tmp_path: Path, engine_path: str, rule: str, clauses: list[Clause], config: dict[str, Any]
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare(*programs(clauses))
    answer(project, clauses)
    made = project.up()
    assert made.passed, made.text

    judge(project, rule, clauses, *project.settings(config))
