"""From data to a served model and back, on the real engine."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator
from pulumi import automation

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.conftest import ask
from tests.engine.conftest import STACK, Project

pytestmark = pytest.mark.engine

FABRIKAM = {"model": "tutor", "account": "fabrikam", "sku": "GlobalStandard"}
"""Switzerland West serves fine-tuned models globally only."""


def changes(summary: Any) -> dict[str, int]:
    counts = dict(summary.resource_changes or {})
    counts.pop("same", None)
    return counts


def test_up_again_changes_nothing_and_an_edited_line_replaces_everything(
    project: Project, sweden: Account
) -> None:
    stack = project.stack()
    first = stack.up()
    served = first.outputs["deployments"].value["tutor-sweden"]
    connection = connect(sweden)
    assert [found.name for found in connection.deployments.list_deployments()] == [
        served["deploymentName"]
    ]

    again = stack.up()
    assert changes(again.summary) == {}

    lines = project.train.read_text().replace("Answer 3 about", "A better answer 3 about")
    project.train.write_text(lines)
    replaced = stack.up()
    assert changes(replaced.summary)["replace"] == 4
    now = replaced.outputs["deployments"].value["tutor-sweden"]
    assert now["model"] != served["model"]
    assert [found.model for found in connection.deployments.list_deployments()] == [now["model"]]
    assert len(connection.files.list_files()) == 1

    stack.destroy()
    assert connection.deployments.list_deployments() == []
    assert connection.files.list_files() == []


def test_two_tenants_are_served_and_the_auxiliary_token_goes_to_arm_alone(
    project: Project, azure: RunningEmulator, america: Account, fabrikam: Account
) -> None:
    project.configure(
        models={
            name: {**project.settings["models"]["tutor"], "seed": seed}
            for name, seed in (("tutor", 1), ("reference", 2))
        },
        deployments={
            "tutor-america": {"model": "tutor", "account": "america"},
            "reference-fabrikam": {**FABRIKAM, "model": "reference"},
        },
    )
    project.stack().up()
    assert len(connect(america).deployments.list_deployments()) == 1
    assert len(connect(fabrikam).deployments.list_deployments()) == 1
    carried = [
        seen["path"]
        for seen in azure.requests()
        if any(sent["header"] == "x-ms-authorization-auxiliary" for sent in seen["credentials"])
    ]
    assert carried
    assert all(path.startswith(fabrikam.id) for path in carried)


@pytest.mark.matrix  # its twin runs each time, in a clone
def test_a_broken_line_fails_the_preview_with_file_line_and_reason(project: Project) -> None:
    project.stack()
    lines = project.train.read_text().splitlines()
    lines[4] = lines[4].replace('"assistant"', '"assistent"')
    project.train.write_text("\n".join(lines) + "\n")
    shown = project.run("preview")
    assert shown.returncode != 0
    assert "train.jsonl:5: $.messages[2].role" in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stdout + shown.stderr


def test_a_typo_in_the_stack_file_is_one_clear_error(project: Project) -> None:
    project.stack()
    project.configure(deployments={"tutor-sweden": {"modle": "tutor", "account": "sweden"}})
    shown = project.run("preview")
    assert shown.returncode != 0
    assert "did you mean `model`?" in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stdout + shown.stderr


def test_a_second_deployment_of_a_model_fails_the_preview_and_both_are_named(
    project: Project,
) -> None:
    project.stack()
    project.configure(
        deployments={
            "tutor-one": {"model": "tutor", "account": "sweden"},
            "tutor-two": {"model": "tutor", "account": "sweden"},
        }
    )
    shown = project.run("preview")
    assert shown.returncode != 0
    assert "deployments.tutor-two: `tutor-one` serves the same model" in shown.stdout


def test_idle_days_warn_then_fail_the_preview_and_a_call_resets_them(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    served = project.stack().up().outputs["deployments"].value["tutor-sweden"]
    policies = ("preview", "--policy-pack", "policies")
    assert "inactive" not in project.run(*policies).stdout.split("Policies:")[-1].split("✅")[0]
    azure.advance(days=12)
    warned = project.run(*policies)
    assert warned.returncode == 0
    assert "inactive-deployment" in warned.stdout

    ask(sweden, served["deploymentName"], "Question 3 about lists?")
    quiet = project.run(*policies)
    assert quiet.returncode == 0
    assert "idle" not in quiet.stdout

    azure.advance(days=16)
    failed = project.run(*policies)
    assert failed.returncode != 0
    assert "removed-for-inactivity" in failed.stdout


def test_a_run_killed_after_the_job_was_accepted_pays_once(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    stack = project.stack()
    azure.pace("manual", of="jobs")
    up = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", STACK, "--non-interactive"],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not connect(sweden).jobs.list_jobs() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(up.pid, signal.SIGKILL)
    up.wait()
    stack.cancel()
    azure.pace("immediate")
    stack.up()
    assert len(connect(sweden).jobs.list_jobs()) == 1
    assert len(connect(sweden).files.list_files()) == 1


def test_a_job_record_that_the_service_dropped_trains_nothing_anew(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    stack = project.stack()
    stack.up()
    stack.refresh()
    connection = connect(sweden)
    (job,) = connection.jobs.list_jobs()
    connection.jobs.delete_job(job.id)
    assert changes(stack.up().summary) == {}
    assert connection.jobs.list_jobs() == []


def test_a_failed_job_fails_the_run_with_the_services_own_words_and_is_not_paid_again(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    project.train.write_text(
        project.train.read_text().replace("Answer 3", "[emulator:harm=violence] Answer 3")
    )
    stack = project.stack()
    for _run in range(2):
        with pytest.raises(automation.CommandError) as failed:
            stack.up()
        assert "failed RAI checks for harm types: [violence]" in str(failed.value)
        assert "Correct the data: another content is a new job" in str(failed.value)
        assert "Traceback" not in str(failed.value)
    assert len(connect(sweden).jobs.list_jobs()) == 1


def test_no_secret_is_in_the_state_its_backups_and_history_or_in_a_log(project: Project) -> None:
    project.stack()
    events = project.directory / "events.json"
    verbose = ("--logtostderr", "--logflow", "-v=9", "--debug", "--event-log", str(events))
    done = project.run("up", "--yes", "--skip-preview", *verbose)
    assert done.returncode == 0, done.stdout
    assert "Check(" in done.stderr  # the log has the engine's calls
    shown = [done.stdout, done.stderr, events.read_text(), project.state()]
    texts = [*shown, *(path.read_text(errors="replace") for path in _state_files(project))]
    for secret in (
        project.environment["AZURE_CLIENT_SECRET"],
        "eyJ",
        "BEGIN CERTIFICATE",
        "Bearer",
    ):
        assert [text[:100] for text in texts if secret in text] == []


def _state_files(project: Project) -> list[Path]:
    state = Path(project.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    found = [path for path in state.rglob("*") if path.is_file()]
    assert found
    return found


def test_without_a_role_at_the_source_the_error_says_what_is_missing_where(
    project: Project, azure: RunningEmulator
) -> None:
    project.configure(deployments={"tutor-fabrikam": FABRIKAM})
    stack = project.stack()
    project.configure(deployments={})
    stack.up()
    project.configure(deployments={"tutor-fabrikam": FABRIKAM})
    project.environment |= azure.environment(principal="no-source-role")
    with pytest.raises(automation.CommandError) as failed:
        project.stack().up()
    assert "contoso-swedencentral" in str(failed.value)
    assert "Traceback" not in str(failed.value)
