"""The emulator as a command: ready, restarted, told wrongly, ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import Admin, Emulator, EmulatorNotStarted, RunningEmulator, World

from tests.emulator.wire import SWEDEN, Wire, admin


@contextmanager
def command(state: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """``python -m aoai_emulator`` and what ready.json says, ended with SIGTERM."""
    arguments = [sys.executable, "-m", "aoai_emulator", "--state", str(state), *options]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("emulator ready: https://localhost:"), line
    try:
        yield process, json.loads((state / "ready.json").read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        assert process.wait(20) == 0


def test_the_command_says_where_it_is_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with command(tmp_path) as (process, told):
        assert told["pid"] == process.pid
        assert told["environment"]["AZURE_AUTHORITY_HOST"] == told["url"]
        azure = Admin(told["url"], Path(told["ca_file"]))
        assert admin(azure, "GET", "/pace").json() == {
            "files": "immediate",
            "jobs": "time:20",
            "deployments": "time:2",
            "copies": "time:2",
            "accounts": "immediate",
            "evals": "immediate",
        }
    assert not (tmp_path / "ready.json").exists()


def test_a_restart_finds_everything_as_it_was(tmp_path: Path) -> None:
    with Emulator(state=tmp_path) as first:
        wire = Wire(first)
        model = wire.trained()
        wire.deploy(model)
        assert wire.chat().status_code == 200
        first.advance(days=3)
        first.settings(echo_source=False)
        authority = first.ca_file.read_bytes()
        wire.close()
    with Emulator(state=tmp_path) as second:
        assert second.url == first.url
        assert second.ca_file.read_bytes() == authority
        wire = Wire(second)
        assert wire.chat().json()["choices"][0]["message"]["content"] == "It returns 7."
        assert second.settings()["echo_source"] is False
        assert [each["model"] for each in second.state()[SWEDEN]["deployments"]] == [model]
        wire.close()


def test_a_token_outlives_a_restart(tmp_path: Path) -> None:
    with Emulator(state=tmp_path) as first:
        before = Wire(first)
        assert before.data("GET", "/files").status_code == 200
        before.close()
    with Emulator(state=tmp_path):
        assert before.data("GET", "/files").status_code == 200
        before.close()


def test_a_killed_emulator_loses_nothing(tmp_path: Path) -> None:
    arguments = [
        sys.executable,
        "-m",
        "aoai_emulator",
        "--state",
        str(tmp_path),
        "--pace",
        "immediate",
    ]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        told = json.loads((tmp_path / "ready.json").read_text())
        wire = Wire(RunningEmulator(told["url"], Path(told["ca_file"]), World.default()))
        model = wire.trained()
        wire.close()
        os.kill(process.pid, signal.SIGKILL)
    with command(tmp_path) as (_, told):
        wire = Wire(RunningEmulator(told["url"], Path(told["ca_file"]), World.default()))
        assert wire.data("GET", f"/models/{model}").status_code == 200
        wire.close()


def test_an_emulator_can_be_a_process_of_its_own(tmp_path: Path) -> None:
    moment = "2026-03-01T00:00:00Z"
    with Emulator(state=tmp_path, process=True, clock=moment, seed="x", pace="manual") as azure:
        assert azure.now() == "2026-03-01T00:00:00.000000Z"
        assert json.loads((tmp_path / "ready.json").read_text())["pid"] != os.getpid()
        wire = Wire(azure, "reader")
        assert wire.data("GET", "/files").status_code == 200
        wire.close()
        azure.advance(days=1)
        azure.reset()
        assert azure.now() == "2026-03-01T00:00:00.000000Z"
    assert not (tmp_path / "ready.json").exists()


def test_a_process_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(EmulatorNotStarted, match="pace 'fast'"):
        Emulator(state=tmp_path, process=True, pace="fast").__enter__()


def test_two_emulators_live_side_by_side() -> None:
    with Emulator() as one, Emulator() as other:
        assert one.url != other.url
        one.advance(days=1)
        assert one.now() > other.now()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with Emulator() as running:
        port = running.url.rpartition(":")[2]
        arguments = [
            sys.executable,
            "-m",
            "aoai_emulator",
            "--state",
            str(tmp_path),
            "--port",
            port,
        ]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("emulator: ")
    assert "Traceback" not in done.stderr


def test_a_last_port_that_is_taken_by_now_is_no_harm(tmp_path: Path) -> None:
    with Emulator(state=tmp_path / "a") as first:
        port = int(first.url.rpartition(":")[2])
        other = tmp_path / "b"
        other.mkdir()
        (other / "port.json").write_text(json.dumps({"port": port}))
        with Emulator(state=other) as second:
            assert second.url != first.url


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--host", "0.0.0.0"], "is not the loopback"),
        (["--pace", "fast"], "pace 'fast'"),
        (["--world", "/nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_a_line(
    tmp_path: Path, options: list[str], what: str
) -> None:
    arguments = [sys.executable, "-m", "aoai_emulator", "--state", str(tmp_path), *options]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (done.returncode, what in done.stderr) == (2, True), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_starts_in_under_a_second(tmp_path: Path) -> None:
    def started(state: Path) -> float:
        began = time.monotonic()
        with Emulator(state=state):
            return time.monotonic() - began

    assert min(started(tmp_path / name) for name in "abc") < 1


def test_no_reader_of_the_machine_gets_the_authoritys_key(tmp_path: Path) -> None:
    with Emulator(state=tmp_path):
        assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0


def test_a_setting_may_be_given_on_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aoai_emulator", "--state", str(tmp_path)]
    sets = ["--set", "idle_days=3", "--set", "echo_source=false", "--set", "part_ids=id"]
    with subprocess.Popen([*command, *sets], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("emulator ready")
        told = json.loads((tmp_path / "ready.json").read_text())
        found = Admin(told["url"], Path(told["ca_file"])).settings()
        assert (found["idle_days"], found["echo_source"], found["part_ids"]) == (3, False, "id")
        process.terminate()


@pytest.mark.parametrize("text", ["colour=red", "idle_days", "idle_days=x", "echo_source=maybe"])
def test_a_setting_that_is_none_ends_the_command(tmp_path: Path, text: str) -> None:
    command = [sys.executable, "-m", "aoai_emulator", "--state", str(tmp_path), "--set", text]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "emulator: " in done.stderr
