"""What a reviewer reads at the end of a preview, and what a program gets of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import ROOT, Project

pytestmark = pytest.mark.engine

FIXED = {"model": "tutor", "account": "sweden", "deploymentName": "prod"}


PAGE = (ROOT / Path("docs/review.md")).read_text()


def keys_of(value: Any) -> Iterator[str]:
    """All keys of the review, but for those that are the stack's own."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys_of(item)
    for item in value if isinstance(value, list) else ():
        yield from keys_of(item)


def review_of(project: Project, directory: Path) -> tuple[str, dict[str, Any]]:
    """What a preview shows, and the object that it writes."""
    path = directory / "review.json"
    project.environment["AOAI_REVIEW"] = str(path)
    done = project.run("preview")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(path.read_text())


def edit(project: Project) -> None:
    """Answer one question otherwise, take two examples out and put one in."""
    lines = project.train.read_text().splitlines()
    lines[0] = lines[0].replace("Answer 0", "Another answer 0")
    lines[1:3] = [lines[1].replace("Question 1", "Question 100")]
    project.train.write_text("\n".join(lines) + "\n")


EDITED = {
    "path": "train.jsonl",
    "examples": {"before": 12, "after": 11},
    "kept": 9,
    "added": 1,
    "removed": 2,
    "changed": 1,
    "exact": True,
}


def test_a_review_has_what_changed_in_the_data_what_is_trained_and_whether_there_is_a_gap(
    project: Project, tmp_path: Path
) -> None:
    auto = {"model": "tutor", "account": "america"}
    project.configure(deployments={"prod": FIXED, "auto": auto})
    stack = project.stack()
    shown, first = review_of(project, tmp_path)
    (tutor,) = first["models"]
    assert (tutor["change"], tutor["why"]) == ("new", [])
    assert tutor["data"]["trainingFile"]["examples"] == {"before": None, "after": 12}
    assert {d["change"] for d in first["deployments"]} == {"new"}
    assert first["costs"]["monthly"]["change"] == {"low": 2482.0, "high": 2482.0}
    stack.up()

    edit(project)
    tutor = {**project.settings["models"]["tutor"], "hyperparameters": {"nEpochs": 2}}
    project.configure(models={"tutor": tutor}, deployments={"prod": FIXED, "auto": auto})
    shown, second = review_of(project, tmp_path)
    (tutor,) = second["models"]
    assert tutor["change"] == "retrained"
    assert tutor["why"] == ["hyperparameters.nEpochs", "trainingFile"]
    assert tutor["data"]["trainingFile"] == EDITED
    assert [finding["code"] for finding in tutor["findings"]] == ["few-examples"]
    assert tutor["cost"]["before"] is not None
    assert {d["key"]: (d["change"], d["gap"], d["otherModel"]) for d in second["deployments"]} == {
        "prod": ("updated", False, True),
        "auto": ("replaced", False, True),
    }
    assert second["costs"]["monthly"]["change"] == {"low": 0.0, "high": 0.0}
    text = " ".join(shown.partition("Diagnostics:")[2].split())
    assert "12 examples became 11 (1 added, 1 changed, 2 removed)" in text
    assert "deployments.prod: model is changed under its name: no gap" in text
    assert {key for key in keys_of(second) if f"`{key}`" not in PAGE} <= {"low", "high"}
    assert text.count("11 examples; a model needs hundreds") == 1


def test_a_deployment_that_stops_answering_meanwhile_is_told(
    project: Project, tmp_path: Path
) -> None:
    project.configure(deployments={"prod": FIXED})
    project.stack().up()
    project.configure(deployments={"prod": {**FIXED, "sku": "GlobalStandard"}})
    shown, found = review_of(project, tmp_path)
    (prod,) = found["deployments"]
    assert (prod["change"], prod["gap"], prod["why"]) == ("replaced", True, ["sku"])
    assert "is deleted and made again, as sku changed: it does not answer meanwhile" in shown
    project.configure(deployments={})
    shown, found = review_of(project, tmp_path)
    assert found["removed"] == {"models": [], "deployments": ["prod"]}
    assert found["costs"]["monthly"]["change"] == {"low": -1241.0, "high": -1241.0}


def test_the_review_of_a_refused_stack_has_what_is_wrong(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    project.environment["AOAI_REVIEW"] = str(path)
    project.train.write_text(project.train.read_text().replace('"assistant"', '"robot"', 1))
    project.configure(deployments={"prod": {**FIXED, "capacity": 0}})
    project.stack()
    assert project.run("preview").returncode != 0
    found = json.loads(path.read_text())
    assert [problem.partition(":")[0] for problem in found["problems"]] == [
        "deployments.prod.capacity"
    ]
    finding = found["models"][0]["findings"][0]
    assert (finding["setting"], finding["line"]) == ("trainingFile", 1)
    assert (finding["severity"], finding["code"]) == ("error", "unknown-role")
