"""``aoai jobs copy``: a checkpoint in another account, deployed there without the original."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.cli import main
from aoai.cli.jobs import copy
from aoai.errors import ConfigurationError, OperationTimedOut
from aoai.resources.model_deployment import ModelDeploymentProvider
from tests.clients.test_jobs_command import selection, submitted, trained
from tests.conftest import account_of
from tests.resources.driver import Driven


@pytest.fixture
def eastus2(azure: RunningEmulator, tmp_path: Path) -> Account:
    """Another account of the tenant, which has had a job."""
    account = account_of(azure, "contoso-eastus2")
    directory = tmp_path / "other"
    directory.mkdir()
    submitted(account, directory)
    return account


def test_a_copy_is_deployed_where_it_is_by_its_name(
    sweden: Account, eastus2: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = trained(sweden, tmp_path)
    command = ["jobs", "copy", job_id, *selection(sweden), "--to", eastus2.id]
    assert main([*command, "--checkpoint", "best", "--json"]) == 0
    copied = json.loads(capsys.readouterr().out)
    assert copied["model"].endswith(":ckpt-step-96")
    assert (copied["region"], copied["status"]) == ("eastus2", "Completed")
    deployment = Driven(ModelDeploymentProvider())
    deployment.up(account=eastus2.to_props(), model=copied["model"])
    assert [d.model for d in connect(eastus2).deployments.list_deployments()] == [copied["model"]]


def test_a_second_time_nothing_is_copied(
    azure: RunningEmulator,
    sweden: Account,
    eastus2: Account,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    job_id = trained(sweden, tmp_path)
    command = ["jobs", "copy", job_id, *selection(sweden), "--to", f"{eastus2.id.upper()}/"]
    assert main([*command, "--region", "eastus2"]) == 0
    first = capsys.readouterr().out
    assert "is in " in first
    assert main([*command, "--region", "eastus2"]) == 0
    assert capsys.readouterr().out == first
    assert len(azure.requests(method="POST", path="/copy")) == 1


def run(account: Account, job_id: str, *more: str, **how: Any) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    copy.add_command(parser.add_subparsers())
    options = parser.parse_args(["copy", job_id, *selection(account), *more])
    return copy.run(options, dict(os.environ), **how)


def test_a_copy_is_waited_for_an_hour(
    azure: RunningEmulator, sweden: Account, eastus2: Account, tmp_path: Path
) -> None:
    azure.pace("manual", of="copies")
    job_id = trained(sweden, tmp_path)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with pytest.raises(OperationTimedOut, match="still under way: run the command again"):
        run(sweden, job_id, "--to", eastus2.id, sleep=sleep, clock=lambda: now[0])
    code, text = run(
        sweden, job_id, "--to", eastus2.id, sleep=lambda _seconds: azure.push(sweden.name)
    )
    assert (code, "is in contoso-eastus2 (eastus2)" in text) == (0, True)


def test_what_cannot_be_copied_is_refused_in_one_line(
    azure: RunningEmulator, sweden: Account, america: Account, tmp_path: Path
) -> None:
    job_id = trained(sweden, tmp_path)
    with pytest.raises(ConfigurationError, match=r"of step 5; steps kept: 96"):
        run(sweden, job_id, "--to", america.id, "--checkpoint", "5")
    with pytest.raises(ConfigurationError, match="takes final, best or a step number"):
        run(sweden, job_id, "--to", america.id, "--checkpoint", "latest")


def test_a_destination_that_never_trained_is_refused_in_the_services_words(
    sweden: Account, america: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = trained(sweden, tmp_path)
    assert main(["jobs", "copy", job_id, *selection(sweden), "--to", america.id]) == 1
    said = capsys.readouterr().err
    assert "must have had a fine-tuning job" in said
    assert said.count("\n") == 1
