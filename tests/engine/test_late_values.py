"""Values that pass a look at the file and would fail after a training was paid, found before it.

Each has been seen to pass a preview without the check and to fail in the update that followed.
"""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.clients import connect
from tests.conftest import account_of
from tests.engine.conftest import Project, account_settings

pytestmark = pytest.mark.engine

BASE = "gpt-4.1-mini-2025-04-14"


def model(**changes: Any) -> dict[str, Any]:
    return {"account": "sweden", "baseModel": BASE, "trainingFile": "train.jsonl", **changes}


def serve(name: str, account: str = "sweden", **changes: Any) -> dict[str, Any]:
    return {"model": name, "account": account, **changes}


def foreign(azure: RunningEmulator, name: str) -> None:
    """A deployment of a base model that nobody has marked."""
    model = {"format": "OpenAI", "name": "gpt-4o-mini", "version": "2024-07-18"}
    connect(account_of(azure, "contoso-swedencentral")).deployments.create_or_update_deployment(
        name, {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    )


def late(azure: RunningEmulator) -> dict[str, Any]:
    """Values that are late, each by itself."""
    sweden = account_settings(azure, "contoso-swedencentral")
    return {
        "accounts": {
            "sweden": sweden,
            "america": account_settings(azure, "contoso-northcentralus"),
            "east": account_settings(azure, "contoso-eastus2")
            | {"endpoint": f"{azure.url}/contoso-eastus"},
        },
        "models": {
            "twice": model(),
            "step": model(checkpoint=100_000),
            "file": model(trainingFile={"existingFileId": "file-0123456789abcdef"}),
            "east": model(account="east"),
        },
        "deployments": {
            "one": serve("twice"),
            "two": serve("twice"),
            "tagged": serve("step", tags={"cost/center": "7"}),
            "long": serve("file", account="america", tags={"why": "x" * 300}),
            "blank": serve("step", account="america", raiPolicyName=""),
            "much": serve("twice", account="america", capacity=500),
        },
    }


TOLD = (
    "deployments.two: `one` serves the same model in that account already",
    "models.step.checkpoint: the training cannot have a step 100,000",
    "models.file.trainingFile: account contoso-swedencentral (swedencentral) has no file file-0123",
    "accounts.east.endpoint: ",
    "deployments.tagged.tags: the name 'cost/center' of a tag takes",
    "deployments.long.tags: the value of the tag 'why' has 300 characters of 256",
    "deployments.blank.raiPolicyName: `raiPolicyName` is empty",
    "deployments.blank, deployments.long, deployments.much: 502 is asked for, and the quota OpenAI",
)


def test_late_values_are_found_in_one_preview_and_before_anything_is_billed(
    project: Project, azure: RunningEmulator
) -> None:
    project.stack()
    project.configure(**late(azure))
    text = refused(project)
    missing = [told for told in TOLD if told not in text]
    assert missing == [], text
    assert project.run("up", "--yes", "--skip-preview").returncode != 0
    assert azure.requests(method="POST", path="openai/") == []
    assert azure.requests(method="PUT", path="deployments") == []


@pytest.mark.matrix
def test_what_the_state_shows_to_be_late_is_found_before_the_training(
    project: Project, azure: RunningEmulator
) -> None:
    big = serve("tutor", account="america", capacity=300)
    project.configure(deployments={"old": serve("tutor"), "big": big})
    project.stack().up()
    jobs = len(azure.requests(method="POST", path="fine_tuning/jobs"))

    project.configure(deployments={"new": serve("tutor"), "big": big})
    assert "deployments.new: `old` has that model in that account still" in refused(project)

    foreign(azure, "theirs")
    project.configure(
        models={"tutor": model(hyperparameters={"nEpochs": 2})},
        deployments={"mine": serve("tutor", deploymentName="theirs"), "big": big},
    )
    text = refused(project)
    assert "deployments.mine.deploymentName: 'theirs' belongs to something that left no" in text
    assert "deployments.big: 300 more is asked for, and of the quota OpenAI.Standard.gpt" in text
    assert project.run("up", "--yes", "--skip-preview").returncode != 0
    assert len(azure.requests(method="POST", path="fine_tuning/jobs")) == jobs


def refused(project: Project) -> str:
    """What a preview shows that fails."""
    done = project.run("preview")
    text = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0, text
    assert "Traceback" not in text
    return text
