"""The models that an account lists, as the command and the clients read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients
from aoai.cli import main

Connect = Callable[[Account], AccountClients]


def refresh(account: Account, *more: str) -> list[str]:
    url = account.cloud.resource_manager
    return [
        "models",
        "--refresh",
        account.id,
        "--tenant",
        account.tenant_id,
        "--cloud",
        url,
        *more,
    ]


def test_an_account_lists_what_it_trains(connect: Connect, sweden: Account) -> None:
    inventory = connect(sweden).inventory
    offers = {(offer.name, offer.version): offer for offer in inventory.offers()}
    mini = offers["gpt-4.1-mini", "2025-04-14"]
    assert (mini.format, mini.trains, mini.base) == ("OpenAI", True, "")
    assert "GlobalStandard" in {sku.name for sku in mini.skus}


def test_the_command_compares_the_catalogue_with_an_account(
    azure: RunningEmulator, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(refresh(sweden)) == 0
    out = capsys.readouterr().out
    assert "between account contoso-swedencentral (swedencentral) and the catalogue" in out
    assert "  gpt-4.1-mini-2025-04-14: " in out


def test_the_comparison_is_there_for_programs_too(
    azure: RunningEmulator, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(refresh(sweden, "gpt-4.1-mini", "--format", "json")) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [model["id"] for model in document["models"]] == ["gpt-4.1-mini-2025-04-14"]
    assert document["account"]["location"] == "swedencentral"
    assert document["account"]["differences"]
    listed = {model["name"]: model for model in document["account"]["models"]}
    assert listed["gpt-4.1-mini"]["fineTune"] is True
    assert listed["gpt-4.1-mini"]["skus"][0]["usageName"].startswith("OpenAI.")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--refresh", "/subscriptions/x"], "--tenant"),
        (["--refresh", "/subscriptions/x", "--tenant", "t"], "id is not valid"),
        (["--refresh", "/subscriptions/x", "--tenant", "t", "--cloud", "mars"], "public, usgov"),
    ],
)
def test_a_wrong_option_of_the_comparison_is_refused(
    arguments: list[str],
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("AZURE_TENANT_ID", raising=False)
    assert main(["models", *arguments]) == 2
    assert text in capsys.readouterr().err


def test_a_missing_account_is_an_error(
    azure: RunningEmulator, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = refresh(sweden)
    arguments[2] = arguments[2].replace("contoso-swedencentral", "contoso-nothere")
    assert main(arguments) == 1
    assert "contoso-nothere" in capsys.readouterr().err


def test_an_account_has_region_state_tenant_and_quotas(connect: Connect, sweden: Account) -> None:
    clients = connect(sweden)
    found = clients.inventory.account()
    assert (found.location, found.takes_work) == (sweden.location, True)
    assert clients.accounts.get_tenant_id() == sweden.tenant_id
    assert found.limits["MaxFineTuneCount"] > 0
    assert {usage.name for usage in clients.inventory.usages()} >= {"OpenAI.S0.AccountCount"}
