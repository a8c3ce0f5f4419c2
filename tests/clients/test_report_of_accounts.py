"""`aoai report --accounts`: what lives in an account, whoever made it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.cli import main
from tests.clients.conftest import Connect
from tests.clients.test_whole_way import body_of, train


def report(account: Account, *more: str) -> list[str]:
    cloud = account.cloud.resource_manager
    given = ["--accounts", account.id, "--tenant", account.tenant_id, "--cloud", cloud]
    return ["report", *given, *more]


def test_an_account_shows_its_models_and_what_is_served(
    connect: Connect,
    azure: RunningEmulator,
    sweden: Account,
    training_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = connect(sweden)
    model = train(client, training_file)
    client.deployments.create_or_update_deployment("chat", body_of(model))
    azure.advance(days=11.5)

    assert main(report(sweden, "--format", "markdown")) == 0
    text = capsys.readouterr().out
    assert "1 model, 1 deployment, hosting" in text
    assert "loss, training: █" in text
    assert "| chat | contoso-swedencentral (swedencentral) |" in text
    assert "in 3 days" in text

    assert main(report(sweden, "--format", "cyclonedx")) == 0
    bill = json.loads(capsys.readouterr().out)
    assert model in {each["name"] for each in bill["components"]}


def test_an_account_that_does_not_answer_is_one_line(
    sweden: Account, azure: RunningEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    given = report(sweden)
    given[given.index("--accounts") + 1] = sweden.id + "-gone"
    assert main(given) == 1
    assert "Traceback" not in capsys.readouterr().err
