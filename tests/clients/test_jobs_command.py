"""``aoai jobs`` and ``aoai results`` on accounts, over HTTPS and with azure-identity's tokens."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.cli import main
from aoai.cli.jobs import watch
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.conftest import write_examples
from tests.repository import ROOT
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven

WORDS = "Training file has 12 example(s), but must have at least 50 examples."


def selection(account: Account) -> list[str]:
    cloud = account.cloud.resource_manager
    return ["--account", account.id, "--tenant", account.tenant_id, "--cloud", cloud]


def submitted(account: Account, directory: Path, **more: Any) -> str:
    """A job as an update makes it; an immediate one has ended."""
    file = uploaded(account, write_examples(directory / "data.jsonl"))
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(account, file, **more))
    return job.id


def trained(account: Account, directory: Path) -> str:
    file = uploaded(account, write_examples(directory / "data.jsonl"))
    job = Driven(FineTuningJobProvider())
    values = {"n_epochs": 10}
    job.up(
        **inputs_for(account, file, validation_file=file["file_id"], hyperparameters=values, seed=7)
    )
    return job.id


def of_json(capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    capsys.readouterr()  # what the resources have said
    assert main([*command, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def running(azure: RunningEmulator, sweden: Account, tmp_path: Path) -> str:
    """A job at its sixth step of ten or so, which stays there."""
    azure.pace("manual", of="jobs")
    job_id = submitted(sweden, tmp_path)
    azure.push(sweden.name, job_id, progress=0.8)
    return job_id


def test_jobs_are_listed_newest_first(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = submitted(sweden, tmp_path)
    assert len(of_json(capsys, "jobs", "list", *selection(sweden))) == 1
    azure.settings(minimum_examples=50)
    second = submitted(sweden, tmp_path, generation=2)
    listed = of_json(capsys, "jobs", "list", *selection(sweden))
    assert [(job["id"], job["status"]) for job in listed] == [
        (second, "failed"),
        (first, "succeeded"),
    ]
    assert main(["jobs", "list", *selection(sweden), "--status", "failed"]) == 0
    shown = capsys.readouterr().out
    assert second in shown
    assert first not in shown
    assert main(["jobs", "list", *selection(sweden), "--limit", "1"]) == 0
    assert first not in capsys.readouterr().out


def test_all_accounts_of_a_stacks_file_are_listed(
    azure: RunningEmulator,
    sweden: Account,
    america: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AOAI_EMULATOR_URL", azure.url)
    accounts = {
        key: {"id": each.id, "tenantId": each.tenant_id, "location": each.location}
        for key, each in (("sweden", sweden), ("again", sweden), ("america", america))
    }
    file = tmp_path / "Pulumi.test.yaml"
    config = {"aoai-finetune:cloud": "emulator", "aoai-finetune:accounts": accounts}
    file.write_text(yaml.safe_dump({"config": config}))
    job_id = submitted(america, tmp_path)
    assert main(["jobs", "list", "--stack", str(file)]) == 0
    headlines = [line for line in capsys.readouterr().out.splitlines() if "account " in line]
    assert headlines == [
        "account contoso-swedencentral (swedencentral)",
        "account contoso-northcentralus (northcentralus)",
    ]
    shown = of_json(capsys, "jobs", "show", job_id, "--stack", str(file))
    assert shown["account"] == america.id


def test_a_job_is_shown_with_what_the_service_chose_and_its_checkpoints(
    sweden: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = trained(sweden, tmp_path)
    shown = of_json(capsys, "jobs", "show", job_id, *selection(sweden))
    assert shown["hyperparameters"]["batch_size"] == 1
    assert [point["step_number"] for point in shown["checkpoints"]] == [120, 108, 96]
    assert len(shown["events"]) == 10
    assert shown["failure"] is None
    assert main(["jobs", "show", job_id, *selection(sweden)]) == 0
    text = capsys.readouterr().out
    assert f"{job_id} succeeded, in account contoso-swedencentral\n" in text
    assert "values          n_epochs 10, batch_size 1" in text
    assert text.count("training loss") == 1


def test_a_failed_job_is_shown_with_the_reason_and_what_to_do(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.settings(minimum_examples=50)
    job_id = submitted(sweden, tmp_path)
    assert main(["jobs", "show", job_id, *selection(sweden)]) == 0
    text = capsys.readouterr().out
    assert f"fine-tuning job {job_id} failed: jsonlValidationFailed: {WORDS}" in text
    assert "Correct the data" in text
    failure = of_json(capsys, "jobs", "show", job_id, *selection(sweden))["failure"]
    assert (failure["file"], failure["line"], failure["harms"]) == ("training_file", None, [])


def test_a_job_that_runs_is_paused_resumed_and_cancelled(
    running: str, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [("pause", "pausing"), ("resume", "resuming"), ("cancel", "cancelled")]
    for command, status in steps:
        assert main(["jobs", command, running, *selection(sweden)]) == 0
        assert f"{running} {status}, in account" in capsys.readouterr().out
    assert main(["jobs", "cancel", running, *selection(sweden)]) == 1
    refused = capsys.readouterr().err
    assert "has already ended" in refused
    assert "request id" in refused
    assert refused.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "watch", "cancel", "pause", "resume"])
def test_a_job_that_is_not_there_is_one_line(
    sweden: Account, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["jobs", command, "ftjob-none", *selection(sweden)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "aoai: there is no job ftjob-none in account contoso-swedencentral; "
        "`aoai jobs list` shows the ids of all jobs.\n"
    )


@pytest.mark.parametrize(
    "command", [["jobs", "list"], ["jobs", "show", "ftjob-1"], ["results", "ftjob-1"]]
)
def test_without_an_account_a_line_says_how_to_name_one(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "add --account ID --tenant GUID, or --stack FILE" in said
    assert said.count("\n") == 1


def watched(account: Account, job_id: str, end: Any) -> tuple[int, str]:
    """Watch a job, with ``end`` in place of the first sleep."""
    parser = argparse.ArgumentParser()
    watch.add_command(parser.add_subparsers())
    options = parser.parse_args(["watch", job_id, *selection(account)])
    return watch.run(options, dict(os.environ), sleep=lambda _seconds: end())


def test_watching_ends_with_the_job(
    azure: RunningEmulator, running: str, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = watched(sweden, running, lambda: azure.push(sweden.name, running, progress=1.0))
    assert (code, text.splitlines()[0]) == (
        0,
        f"{running} succeeded, in account contoso-swedencentral",
    )
    assert f"aoai: {running} running, step " in capsys.readouterr().err


def test_watching_a_job_that_fails_is_1_and_says_why(
    azure: RunningEmulator, running: str, sweden: Account
) -> None:
    code, text = watched(
        sweden, running, lambda: azure.push(sweden.name, running, fail="Broken.", code="500")
    )
    assert code == 1
    assert f"fine-tuning job {running} failed: 500: Broken." in text


def test_ctrl_c_ends_the_watching_in_one_line_and_the_job_goes_on(
    azure: RunningEmulator, running: str, sweden: Account
) -> None:
    command = [sys.executable, "-m", "aoai.cli", "jobs", "watch", running, *selection(sweden)]
    azure.forget_requests()
    watching = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    azure.wait_for(path=f"jobs/{running}/events")
    assert watching.stderr is not None
    first = watching.stderr.readline()
    watching.send_signal(signal.SIGINT)
    out, rest = watching.communicate(timeout=30)
    assert watching.returncode == 130
    assert first.startswith(f"aoai: {running} running, step ")
    assert rest == f"aoai: not watching {running} any more: it is running and goes on.\n"
    assert out == ""


def test_the_results_of_a_job_have_curves_reading_checkpoints_and_bill(
    sweden: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = trained(sweden, tmp_path)
    assert main(["results", job_id, *selection(sweden)]) == 0
    text = capsys.readouterr().out
    assert "⠤⠤ train_loss   ⠤x⠤ full_valid_loss" in text
    assert "severe overfitting: validation loss" in text
    assert "  step 96 (full_valid_loss " in text
    assert "billed: " in text
    document = of_json(capsys, "results", job_id, *selection(sweden))
    assert len(document["curves"]["train_loss"]) == 120
    assert document["overfit"]["reading"] == "severe"
    assert document["unread"] is None


def test_a_job_that_trains_shows_what_its_events_have(
    running: str, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    document = of_json(capsys, "results", running, *selection(sweden))
    assert document["curves"]["train_loss"][0][0] == 1
    assert document["overfit"] is None


def test_a_job_without_results_is_one_line(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.settings(minimum_examples=50)
    job_id = submitted(sweden, tmp_path)
    assert main(["results", job_id, *selection(sweden)]) == 1
    said = capsys.readouterr().err
    assert said == f"aoai: {job_id} is failed and has no results: see aoai jobs show.\n"
