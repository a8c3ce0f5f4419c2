"""`aoai doctor` without a service: engine, environments, the stack's file, and how it is shown."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aoai.azure.http.probe import Probe
from aoai.cli import main
from aoai.cli.doctor.check import Check, as_json, as_text
from aoai.cli.doctor.engine import check_engine
from aoai.cli.doctor.hosts import check_clock, check_host
from aoai.cli.doctor.targets import read_targets, selected_stack_file
from aoai.errors import ConfigurationError
from tests.repository import ROOT
from tests.unit.cli.test_environment_checks import pack
from tools.engine.version import OLDEST

INSTALL = "curl -fsSL https://get.pulumi.com | sh"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def engine(directory: Path, script: str) -> Path:
    """A directory with a ``pulumi`` that is a script."""
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "pulumi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return directory


def environ(directory: Path, path: Path | str = "/nowhere") -> dict[str, str]:
    return {"HOME": str(directory), "PATH": str(path)}


def test_an_engine_that_works_is_named_with_its_place(tmp_path: Path) -> None:
    place = engine(tmp_path / "bin", "echo v3.276.0")
    found = check_engine(environ(tmp_path, place))
    assert str(found) == f"ok    engine: Pulumi 3.276.0 in {place}/pulumi"


def test_no_engine_is_found_with_how_to_install_one(tmp_path: Path) -> None:
    found = check_engine(environ(tmp_path))
    assert (found.status, found.message, found.fix) == ("fail", "PATH has no pulumi", INSTALL)


def test_an_engine_beside_path_is_found_with_how_to_get_it_there(tmp_path: Path) -> None:
    place = engine(tmp_path / ".pulumi" / "bin", "echo v3.276.0")
    found = check_engine(environ(tmp_path))
    assert found.status == "fail"
    assert found.fix == f'export PATH="{place}:$PATH"'


@pytest.mark.parametrize("reported", ["v3.215.9", "v4.0.0"])
def test_an_engine_out_of_range_is_found(tmp_path: Path, reported: str) -> None:
    found = check_engine(environ(tmp_path, engine(tmp_path / "bin", f"echo {reported}")))
    assert (found.status, found.fix) == ("fail", INSTALL)
    assert f"is Pulumi {reported[1:]}; {OLDEST} or a later 3.x is needed" in found.message


def test_an_engine_that_cannot_be_run_is_found(tmp_path: Path) -> None:
    found = check_engine(environ(tmp_path, engine(tmp_path / "bin", "exit 1")))
    assert (found.status, found.fix) == ("fail", INSTALL)


def test_a_pack_without_its_environment_is_found_within_five_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(engine(tmp_path / "bin", "echo v3.276.0")))
    made = pack(tmp_path / "policies", "virtualenv: ../.venv")
    began = time.monotonic()
    code = main(["doctor", "--project", str(tmp_path), "--policy-pack", str(made)])
    assert time.monotonic() - began < 5
    assert code == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("fail")]
    assert line.startswith("fail  policy pack: the policy pack cannot start")
    assert f"`python3 -m venv {tmp_path}/.venv`" in line


def test_a_host_is_shown_without_the_usual_port() -> None:
    url = "https://management.azure.com:443"
    found = check_host(url, Probe("no connection"), [])
    assert found.name == "host management.azure.com"
    assert found.fix.startswith("curl -v https://management.azure.com,")


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_that_agree_within_five_minutes_are_fine(minutes: int) -> None:
    found = {"https://arm": Probe(date=NOW - timedelta(minutes=minutes))}
    assert [check.status for check in check_clock(found, NOW)] == ["ok"]


@pytest.mark.parametrize(("minutes", "words"), [(-6, "6 minutes behind"), (90, "90 minutes ahead")])
def test_a_clock_that_is_off_is_found_with_how_to_set_it(minutes: int, words: str) -> None:
    found = {"https://arm": Probe(date=NOW - timedelta(minutes=minutes))}
    (check,) = check_clock(found, NOW, "linux")
    assert check.status == "warn"
    assert words in check.message
    assert check.fix == "sudo timedatectl set-ntp true"


def test_accounts_are_read_as_the_program_reads_them() -> None:
    targets, problems = read_targets(
        ROOT / "stacks" / "Pulumi.local.yaml", {"AOAI_EMULATOR_URL": "https://localhost:1"}
    )
    assert problems == []
    assert [target.key for target in targets] == ["sweden", "america", "fabrikam"]
    assert targets[0].account.endpoint == "https://localhost:1/contoso-swedencentral"
    assert targets[0].set_location == (
        "pulumi config set --stack local --path 'aoai-finetune:accounts.sweden.location'"
    )


def test_an_emulator_whose_address_is_not_known_is_found() -> None:
    targets, (problem,) = read_targets(ROOT / "stacks" / "Pulumi.local.yaml", {})
    assert targets == []
    assert (problem.status, problem.fix) == ("fail", "source .local/env")


@pytest.mark.parametrize("given", ["location: 12-3", "region: northcentralus", "location: [1]"])
def test_an_entry_that_is_not_valid_does_not_hide_the_others(tmp_path: Path, given: str) -> None:
    text = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text()
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(text.replace("location: northcentralus", given))
    targets, (problem,) = read_targets(file, {})
    assert [target.key for target in targets] == ["sweden"]
    assert problem.name == "america: settings"
    assert "location" in problem.message
    assert "accounts.america." in problem.fix


@pytest.mark.parametrize("text", ["", "[", "config: {}", "config: {a:accounts: 1}", "- 1"])
def test_a_stack_file_without_accounts_is_wrong_usage(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="--stack"):
        read_targets(file, {})


def project(directory: Path) -> Path:
    (directory / "stacks").mkdir()
    (directory / "Pulumi.yaml").write_text("name: mine\nstackConfigDir: stacks\n")
    (directory / "stacks" / "Pulumi.dev.yaml").touch()
    return directory


def test_the_selected_stack_is_found_as_the_engine_finds_it(tmp_path: Path) -> None:
    home, made = tmp_path / "home", project(tmp_path)
    assert selected_stack_file(made, environ(home)) is None

    digest = hashlib.sha1(str(made / "Pulumi.yaml").encode()).hexdigest()
    file = home / ".pulumi" / "workspaces" / f"mine-{digest}-workspace.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"stack": "organization/mine/dev"}))

    assert selected_stack_file(made, environ(home)) == made / "stacks" / "Pulumi.dev.yaml"
    assert selected_stack_file(made, {**environ(home), "PULUMI_STACK": "other"}) is None


def test_a_selected_stack_without_accounts_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_STACK", "dev")
    main(["doctor", "--project", str(project(tmp_path))])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warn")]
    assert "it has no accounts" in line
    assert line.endswith("run: aoai doctor --account ID --tenant GUID")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--location", "eastus2"], "--location is the region of --account"),
        (["--stack", "gone.yaml"], "--stack gone.yaml: cannot be read"),
        (["--account", "/subscriptions/x", "--tenant", "t"], "id is not valid"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_checks_are_lines_for_people_and_an_object_for_programs() -> None:
    checks = [Check("ok", "a", "fine"), Check("fail", "b", "it\nfails.", "fix it")]
    assert as_text(checks).splitlines() == [
        "ok    a: fine",
        "fail  b: it fails; run: fix it",
        "",
        "2 checks, 1 failed, 0 with a warning.",
    ]
    document = json.loads(as_json(checks))
    assert (document["failed"], document["warnings"]) == (1, 0)
    assert document["checks"][1]["fix"] == "fix it"
