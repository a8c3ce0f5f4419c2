"""What would fail later fails in the preview, all at once, and nothing is billed before."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.engine.conftest import Project, account_settings

pytestmark = pytest.mark.engine


def late(azure: RunningEmulator) -> dict[str, Any]:
    """A stack whose values pass a look at the file alone."""
    sweden = account_settings(azure, "contoso-swedencentral")
    america = account_settings(azure, "contoso-northcentralus")
    fabrikam = account_settings(azure, "fabrikam-switzerlandwest")
    nowhere = america["id"].replace("contoso-northcentralus", "contoso-nothere")
    model = {
        "account": "sweden",
        "baseModel": "gpt-4.1-mini-2025-04-14",
        "trainingFile": "train.jsonl",
    }
    serve = {"model": "tutor", "account": "sweden"}
    return {
        "accounts": {
            "sweden": sweden,
            "america": america,
            "moved": {**america, "location": "eastus2"},
            "nowhere": {**america, "id": nowhere},
            "other": {**fabrikam, "tenantId": sweden["tenantId"]},
        },
        "models": {"tutor": model, "unlisted": {**model, "baseModel": "gpt-9-mega-2030-01-01"}},
        "deployments": {
            "filter": {**serve, "raiPolicyName": "nopolicy"},
            "much": {**serve, "account": "america", "capacity": 99_999_999},
            "gone": {**serve, "account": "nowhere"},
        },
    }


def test_everything_that_is_certain_to_fail_is_found_in_one_preview(
    project: Project, azure: RunningEmulator
) -> None:
    project.stack()
    project.configure(**late(azure))
    done = project.run("preview")
    text = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    for said in (
        "accounts.moved.location: contoso-northcentralus is in northcentralus, not eastus2",
        "accounts.nowhere.id: the account contoso-nothere does not exist",
        "accounts.other.tenantId: the subscription of fabrikam-switzerlandwest belongs to another",
        "models.unlisted.baseModel: account contoso-swedencentral (swedencentral) does not offer",
        "deployments.filter.raiPolicyName: the account has no content filter 'nopolicy'",
        "deployments.much: 99,999,999 is asked for, and the quota OpenAI.Standard.gpt-4.1-mini-",
    ):
        assert said in text, f"{said}\n{done.stdout}"
    assert "Traceback" not in text
    refused = project.run("up", "--yes", "--skip-preview")
    assert refused.returncode != 0
    assert azure.requests(method="POST", path="openai/") == []
    assert azure.requests(method="PUT", path="deployments") == []


def test_a_name_that_another_stack_holds_is_found_before_the_training(
    project: Project, azure: RunningEmulator
) -> None:
    held = {"tutor-sweden": {"model": "tutor", "account": "sweden", "deploymentName": "prod"}}
    project.configure(deployments=held)
    project.stack().up()
    jobs = len(azure.requests(method="POST", path="fine_tuning/jobs"))
    assert project.run("preview", "--expect-no-changes").returncode == 0

    project.run("stack", "rename", "first")
    project.stack()
    project.configure()
    done = project.run("preview")
    assert done.returncode != 0
    assert "'prod' belongs to organization/aoai-finetune/test/tutor-sweden" in done.stdout
    assert project.run("up", "--yes", "--skip-preview").returncode != 0
    assert len(azure.requests(method="POST", path="fine_tuning/jobs")) == jobs

    held["tutor-sweden"]["adopt"] = True  # type: ignore[assignment]
    project.configure(deployments=held)
    shown = project.run("preview").stdout.partition("Diagnostics:")[2]
    others = "organization/aoai-finetune/test/tutor-sweden"
    assert shown.count(others) == shown.count(f"belongs to {others}: `adopt` takes it over") == 1


def test_without_access_the_preview_says_once_what_it_could_not_check(
    project: Project, azure: RunningEmulator
) -> None:
    project.stack()
    project.environment["AZURE_CLIENT_SECRET"] = "wrong"
    done = project.run("preview")
    assert done.returncode == 0, done.stdout
    shown = done.stdout.partition("Diagnostics:")[2]
    assert shown.count("not everything could be checked before the update") == 1


def test_a_sign_in_that_fails_is_shown_once_in_full_however_many_resources_it_meets(
    project: Project,
) -> None:
    project.stack().up()
    project.environment["AZURE_CLIENT_SECRET"] = "wrong"
    done = project.run("preview")
    assert done.returncode != 0
    shown = done.stdout.partition("Diagnostics:")[2]
    assert shown.count("AADSTS7000215: the client secret is wrong") == 1
    assert shown.count("another error of this run has the cause") >= 2
