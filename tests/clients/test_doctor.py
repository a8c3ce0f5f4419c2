"""`aoai doctor` against the emulator: what is broken is found, with the command that fixes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import Emulator, RunningEmulator, World

from aoai.azure.account import Account
from aoai.cli import main
from tests.conftest import TENANT_A, TENANT_B, account_of, act_as
from tests.documents import blocks
from tests.repository import ROOT

PIPELINE = "c11e0000-0000-4000-8000-00000000c1d0"
REFUSED = json.dumps({"error": {"code": "AuthorizationFailed", "message": "no role"}})


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine and environments are none of these tests' business."""
    monkeypatch.setenv("PATH", "/nowhere")


class Doctor:
    """The command on one account."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, subject: Account, **changes: str) -> list[dict[str, Any]]:
        options = {
            "account": subject.id,
            "tenant": subject.tenant_id,
            "location": subject.location,
            "cloud": subject.cloud.resource_manager,
            "project": "tests/clients",
            "format": "json",
            **changes,
        }
        code = main(["doctor", *(f"--{name}={value}" for name, value in options.items())])
        found: list[dict[str, Any]] = json.loads(self._capsys.readouterr().out)["checks"]
        assert code == any(check["status"] == "fail" for check in found)
        return [check for check in found if check["name"] != "engine"]

    def broken(self, subject: Account, **changes: str) -> dict[str, Any]:
        """The only check that is not fine."""
        (found,) = [each for each in self(subject, **changes) if each["status"] != "ok"]
        return found


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(capsys)


def assign(role: str, client: str, scope: str) -> str:
    return f'az role assignment create --role "{role}" --assignee "{client}" --scope {scope}'


def test_an_account_in_order_is_fine(sweden: Account, doctor: Doctor) -> None:
    found = doctor(sweden)
    assert {check["status"] for check in found} == {"ok"}
    assert [check["name"].rpartition(": ")[2].split()[0] for check in found] == [
        "host",
        "clock",
        "tenant",
        "account",
        "models",
        "deployments",
        "Monitor",
        "quota",
    ]


@pytest.mark.parametrize(
    ("bundle", "words"),
    [("", "certificate is not trusted"), ("/nowhere/ca.pem", "cannot be read")],
)
def test_a_certificate_that_is_not_trusted_is_found(
    sweden: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, bundle: str, words: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    host, account = doctor(sweden)
    assert host["status"] == "fail"
    assert words in host["message"]
    assert host["fix"].startswith("export REQUESTS_CA_BUNDLE=")
    assert account["message"].startswith("not checked")


def test_an_endpoint_that_is_not_reached_is_found_once(
    sweden: Account,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AOAI_EMULATOR_URL", sweden.cloud.resource_manager)
    entry = {"id": sweden.id, "tenantId": sweden.tenant_id, "location": sweden.location}
    accounts = {"sweden": {**entry, "endpoint": "https://localhost:1"}}
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(json.dumps({"config": {"p:cloud": "emulator", "p:accounts": accounts}}))

    assert main(["doctor", f"--stack={file}", f"--project={tmp_path}"]) == 1

    _, host = [x for x in capsys.readouterr().out.splitlines() if x.startswith("fail")]
    assert host.startswith("fail  host localhost:1: no connection")
    assert f"run: az cognitiveservices account show --ids {sweden.id}" in host


def test_a_clock_that_is_behind_is_found(
    azure: RunningEmulator, sweden: Account, doctor: Doctor
) -> None:
    azure.advance(hours=0.5)
    found = doctor.broken(sweden)
    assert found["name"] == "clock"
    assert "30 minutes behind" in found["message"]
    assert found["fix"]


def test_an_application_that_a_tenant_does_not_know_is_found(
    azure: RunningEmulator, sweden: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(azure, "fabrikam-only", monkeypatch)
    (token,) = [each for each in doctor(sweden) if each["status"] == "fail"]
    assert token["name"] == f"tenant {TENANT_A}"
    assert token["fix"].startswith(f"az login --tenant {TENANT_A} && az ad sp create --id c11e")


def test_a_wrong_secret_is_found_and_not_shown(
    sweden: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "canary")
    (token,) = [each for each in doctor(sweden) if each["status"] == "fail"]
    assert token["fix"].startswith(f"az ad app credential reset --id {PIPELINE}")
    assert "canary" not in json.dumps(token)


def test_an_account_that_is_not_there_is_found(sweden: Account, doctor: Doctor) -> None:
    found = doctor.broken(sweden, account=sweden.id.replace("contoso-sw", "contosa-sw"))
    assert found["name"] == "contosa-swedencentral: account"
    assert "404 ResourceNotFound" in found["message"]
    assert "(request id " in found["message"]
    listing = f"az cognitiveservices account list --subscription {sweden.subscription_id}"
    assert found["fix"].startswith(listing)


def test_another_region_is_found(sweden: Account, doctor: Doctor) -> None:
    found = doctor.broken(sweden, location="eastus2")
    assert found["message"] == "it is in swedencentral, not in eastus2"
    assert found["fix"] == f"aoai doctor --account {sweden.id} --location swedencentral"


def test_another_tenant_is_found(sweden: Account, doctor: Doctor) -> None:
    found = doctor.broken(sweden, tenant=TENANT_B)
    assert found["status"] == "fail"
    assert "--tenant" in found["fix"]
    assert "az account show" in found["fix"]


def test_a_caller_without_a_role_is_found(
    azure: RunningEmulator, sweden: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(azure, "no-source-role", monkeypatch)
    found = doctor.broken(sweden)
    assert "it needs the role Reader" in found["message"]
    assert found["fix"] == assign("Reader", PIPELINE[:-1] + "1", sweden.id)


def test_a_caller_without_the_role_for_monitor_is_warned(
    azure: RunningEmulator, sweden: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(azure, "reader", monkeypatch)
    found = doctor.broken(sweden)
    assert (found["status"], found["name"]) == ("warn", "contoso-swedencentral: Monitor")
    assert found["fix"] == assign("Monitoring Reader", PIPELINE[:-1] + "2", sweden.id)


@pytest.mark.parametrize(
    ("path", "name", "role"),
    [
        ("/openai/models$", "models", "Cognitive Services OpenAI Contributor"),
        ("/deployments$", "deployments", "Reader"),
        ("/usages$", "quota", "Cognitive Services Usages Reader"),
    ],
)
def test_each_reading_that_is_refused_is_found_with_its_role(
    azure: RunningEmulator, sweden: Account, doctor: Doctor, path: str, name: str, role: str
) -> None:
    azure.fail(path=path, status=403, body=REFUSED)
    found = doctor.broken(sweden)
    assert found["name"] == f"contoso-swedencentral: {name}"
    scope = f"/subscriptions/{sweden.subscription_id}" if name == "quota" else sweden.id
    assert found["fix"] == assign(role, PIPELINE, scope)


def test_a_firewall_is_not_taken_for_a_missing_role(
    azure: RunningEmulator, sweden: Account, doctor: Doctor
) -> None:
    error = {"code": "403", "message": "Access denied due to Virtual Network/Firewall rules."}
    azure.fail(path="/openai/models$", status=403, body=json.dumps({"error": error}))
    found = doctor.broken(sweden)
    assert "role" not in found["message"]
    assert found["fix"].startswith("az cognitiveservices account network-rule add --name contoso")


@pytest.fixture(scope="module")
def odd_azure() -> Iterator[RunningEmulator]:
    """A world in which accounts and a subscription are not ready for work."""
    data = World.default().data()
    sweden, america, *_ = data["accounts"]
    sweden["state"], america["custom_domain"] = "Disabled", False
    data["subscriptions"][2]["registered"] = False
    with Emulator(World.parse(data)) as azure:
        yield azure


@pytest.mark.parametrize(
    ("name", "check", "fix"),
    [
        ("contoso-swedencentral", "state", "az cognitiveservices account show --ids"),
        ("contoso-eastus2", "subdomain", "az cognitiveservices account update --ids"),
        ("fabrikam-switzerlandwest", "account", "az provider register --namespace Microsoft.Cog"),
    ],
)
def test_an_account_that_is_not_ready_is_found(
    odd_azure: RunningEmulator,
    doctor: Doctor,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    check: str,
    fix: str,
) -> None:
    act_as(odd_azure, "pipeline", monkeypatch)
    broken = [each for each in doctor(account_of(odd_azure, name)) if each["status"] == "fail"]
    assert broken[0]["name"] == f"{name}: {check}"
    assert broken[0]["fix"].startswith(fix)


def test_a_whole_stack_is_checked_each_tenant_once(
    azure: RunningEmulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AOAI_EMULATOR_URL", azure.url)
    main(["doctor", "--stack=stacks/Pulumi.local.yaml", "--project=tests/clients"])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "tenant" in line] == [
        f"ok    tenant {tenant}: tokens for the resource manager and the data plane"
        for tenant in (TENANT_A, TENANT_B)
    ]
    assert "ok    fabrikam: account: OpenAI in switzerlandwest" in lines
    assert lines[-1] == "20 checks, 1 failed, 0 with a warning."


def test_the_page_shows_what_the_command_prints(
    azure: RunningEmulator,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    act_as(azure, "no-source-role", monkeypatch)
    (tmp_path / "pulumi").write_text("#!/bin/sh\necho v3.276.0\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AOAI_EMULATOR_URL", azure.url)
    monkeypatch.chdir(ROOT)
    (block,) = (each for each in blocks(Path("docs/doctor.md")) if each.language == "console")
    command, _, shown = block.text.partition("\n")

    assert main(command.removeprefix("$ aoai ").split()) == 1

    wanted = re.escape(shown.strip()).replace("…", ".*")
    assert re.fullmatch(wanted, capsys.readouterr().out.strip())
