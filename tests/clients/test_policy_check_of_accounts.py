"""`aoai policy check --accounts`: the rules on what lives in an account, whoever made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.cli import main
from tests.clients.conftest import Connect
from tests.clients.test_whole_way import body_of, train


def check(account: Account, *more: str) -> list[str]:
    cloud = account.cloud.resource_manager
    given = ["--accounts", account.id, "--tenant", account.tenant_id, "--cloud", cloud]
    return ["policy", "check", *given, *more]


def findings(
    capsys: pytest.CaptureFixture[str], account: Account
) -> tuple[int, list[dict[str, Any]]]:
    code = main(check(account, "--format", "json"))
    return code, json.loads(capsys.readouterr().out)["findings"]


def test_a_deployment_that_nobody_declares_is_judged_by_its_use(
    connect: Connect,
    azure: RunningEmulator,
    sweden: Account,
    training_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = connect(sweden)
    client.deployments.create_or_update_deployment("chat", body_of(train(client, training_file)))

    fresh, young = findings(capsys, sweden)
    azure.advance(days=14.5)
    late, old = findings(capsys, sweden)

    assert (fresh, late) == (0, 1)
    assert {f["rule"] for f in young} == {"readiness"}
    (idle,) = [f for f in old if f["rule"] == "inactive-deployment"]
    assert idle["name"] == "chat"
    assert "idle for 14 days" in idle["message"]
    assert "contoso-swedencentral (swedencentral)" in idle["message"]


def test_an_account_without_deployments_is_fine(
    azure: RunningEmulator, america: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert findings(capsys, america) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--accounts", "/subscriptions/x"], "--accounts needs the account's tenant"),
        (["--accounts", "/subscriptions/x", "--tenant", "t"], "id is not valid"),
    ],
)
def test_an_account_that_is_not_described_is_wrong_usage(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AZURE_TENANT_ID", raising=False)

    assert main(["policy", "check", *arguments]) == 2
    assert words in capsys.readouterr().err
