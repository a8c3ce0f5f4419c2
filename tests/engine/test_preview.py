"""What a preview says before anything is done, and that an update then does that."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.engine.conftest import Project

pytestmark = pytest.mark.engine


def test_a_preview_tells_all_faults_at_once_and_an_update_of_a_job_as_no_more_than_that(
    project: Project,
) -> None:
    tutor: dict[str, Any] = project.settings["models"]["tutor"]
    deployment = {"model": "tutor", "account": "sweden"}
    project.configure(
        models={
            "tutor": {**tutor, "suffix": "no such suffix"},
            "other": {**tutor, "trainingFile": "missing.jsonl"},
        },
        deployments={"tutor-sweden": {**deployment, "capasity": 5}},
        clod="emulator",
    )
    stack = project.stack()
    refused = project.run("preview")
    told = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert "clod: there is no such key, did you mean `cloud`?" in told
    assert "models.tutor.suffix: `suffix` takes 1 to 40" in told
    assert "deployments.tutor-sweden: there is no setting `capasity`, did you mean" in told
    assert "missing.jsonl: no such file" in told
    assert "Traceback" not in told

    del project.settings["clod"]
    project.configure(models={"tutor": tutor}, deployments={"tutor-sweden": deployment})
    first = project.run("preview").stdout
    assert "models.tutor: is trained; 12 examples, " in first
    assert re.search(r"estimated costs, USD\n", first)
    assert re.search(r"deployments\.tutor-sweden +1,241\.00\n", first)
    assert "difference" not in first
    stack.up()
    project.configure(models={"tutor": {**tutor, "onDelete": "delete"}})
    changed = project.run("preview").stdout
    assert re.search(r"Resources:\s+~ 1 to update\s+\d+ unchanged", changed)
    assert "is trained" not in changed
    assert re.search(r"difference +\+0\.00\n", changed)
    done = stack.up().summary.resource_changes or {}
    assert {what: count for what, count in done.items() if what != "same"} == {"update": 1}
    stack.destroy()
