"""The README's commands in a fresh clone, as a newcomer runs them: on an emulator of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator.client import Admin
from tests.engine.processes import descendants, end
from tests.repository import ROOT
from tools.engine import ensure_engine
from tools.local import QUESTION
from tools.local_environment import PACE

pytestmark = pytest.mark.engine

TRAIN = "examples/stdlib/train.jsonl"
DEPLOYED = ("tutor-america", "stdlib-reference")


MADE_BY_UP = {"Deployment", "Job", "StoredFile"}
"""Kinds of objects in the emulator's store; a trained model stays, as in Azure."""

KEPT = """SELECT DISTINCT kind FROM objects
    WHERE coalesce(json_extract(body, '$.status'), '') != 'deleted'"""
"""A file that was deleted is still known as such for a while."""


@dataclass
class Clone:
    """A clone of HEAD with this interpreter's environment, and what its emulator tells."""

    directory: Path
    pace: str

    def start(self, command: str, **options: Any) -> subprocess.Popen[str]:
        """Start a `make` command; `-o` keeps it from installing the dependencies again."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        return subprocess.Popen(
            [*shlex.split(command), "-o", ".venv/.ready"],
            cwd=self.directory,
            env={**kept, PACE: self.pace},
            text=True,
            **options,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Run a `make` command to its end: exit code, and all that it printed."""
        with self.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            shown, _ = process.communicate(timeout=120)
        return process.returncode, shown

    @property
    def ready(self) -> Path:
        """Where the emulator says that it is ready, and how to reach it."""
        return self.directory / ".local" / "emulator" / "ready.json"

    def emulator(self) -> Admin:
        """The emulator that `make up` has started."""
        ready = json.loads(self.ready.read_text())
        return Admin(ready["url"], Path(ready["ca_file"]))

    def emulator_pid(self) -> int:
        return int(json.loads(self.ready.read_text())["pid"])

    def jobs(self) -> list[dict[str, Any]]:
        """All jobs of all accounts."""
        state = self.emulator().state()
        return [job for account in state.values() for job in account["jobs"]]

    def kept(self) -> set[str]:
        """The kinds of objects that are in the emulator's store."""
        store = self.ready.with_name("emulator.sqlite")
        with sqlite3.connect(store) as database:
            rows = database.execute(KEPT).fetchall()
        database.close()
        return {kind for (kind,) in rows}


def answers(train: Path, question: str) -> list[str]:
    """The answers of a training file to one question, markup aside."""
    examples = [json.loads(line)["messages"] for line in train.read_text().splitlines()]
    return [
        example[-1]["content"]
        for example in examples
        if example[-2]["content"].replace("`", "") == question
    ]


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def clone(directory: Path, pace: str) -> Iterator[Clone]:
    """A clone; its emulator is ended afterwards, if it still runs."""
    ensure_engine()
    subprocess.run([*shlex.split("git clone --quiet"), str(ROOT), str(directory)], check=True)
    (directory / ".venv").symlink_to(sys.prefix)
    made = Clone(directory, pace)
    try:
        yield made
    finally:
        if made.ready.exists():
            os.kill(made.emulator_pid(), signal.SIGTERM)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clone, str]]:
    """A clone after `make up`, and what that printed."""
    pace = "files=immediate,jobs=time:3,deployments=immediate"
    with clone(tmp_path_factory.mktemp("served") / "aoai-finetune", pace) as made:
        code, shown = made.run("make up")
        assert code == 0, shown
        yield made, shown


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Clone]:
    """A clone whose jobs do not end by themselves."""
    with clone(tmp_path / "aoai-finetune", "files=immediate,jobs=manual") as made:
        yield made


@pytest.mark.xdist_group("make_up")
def test_up_trains_serves_and_says_what_to_try_next(served: tuple[Clone, str]) -> None:
    made, shown = served
    (answer,) = answers(made.directory / TRAIN, QUESTION)
    table = shown.partition("DEPLOYMENT ")[2]
    assert "running, step" in shown
    assert all(table.count(name) >= 2 for name in DEPLOYED), shown
    assert table.count(answer) == len(DEPLOYED)
    assert "What to try next" in table
    assert [job["status"] for job in made.jobs()] == ["succeeded", "succeeded"]


@pytest.mark.xdist_group("make_up")
def test_up_again_changes_nothing_and_says_so(served: tuple[Clone, str]) -> None:
    made, _ = served
    code, shown = made.run("make up")
    assert code == 0
    assert "==> nothing to change" in shown
    assert "13 unchanged" in shown
    assert len(made.jobs()) == 2


@pytest.mark.xdist_group("make_up")
def test_a_broken_line_fails_the_preview_with_its_place(served: tuple[Clone, str]) -> None:
    made, _ = served
    train = made.directory / TRAIN
    whole = train.read_text()
    train.write_text(whole.replace('"role": "assistant"', '"role": "assistent"', 1))
    code, shown = made.run("make preview")
    train.write_text(whole)
    assert code != 0
    assert f"{TRAIN}:1: $.messages[2].role" in shown
    assert "Traceback" not in shown


@pytest.mark.xdist_group("make_up")
def test_idle_days_warn_in_the_preview_and_a_chat_resets_them(served: tuple[Clone, str]) -> None:
    made, _ = served
    assert made.run("make clock DAYS=12")[0] == 0
    code, shown = made.run("make preview")
    assert code == 0
    assert shown.count("has been idle for 12 days") == len(DEPLOYED)
    assert made.run("make chat")[0] == 0
    code, shown = made.run("make preview")
    assert code == 0
    assert "idle" not in shown


def kill_the_engine(made: Clone) -> None:
    """Kill it by the id in its lock, and end what it leaves behind."""
    (lock,) = (made.directory / ".local/state/.pulumi/locks").rglob("*.json")
    pid = int(json.loads(lock.read_text())["pid"])
    left = descendants(pid)
    os.kill(pid, signal.SIGKILL)
    end(left)


def test_after_kill_9_up_goes_on_with_the_jobs_and_down_leaves_nothing(slow: Clone) -> None:
    up = slow.start("make up", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(slow.ready.exists)
    wait_until(lambda: len(slow.jobs()) == 2)
    kill_the_engine(slow)
    assert up.wait(60) != 0

    slow.emulator().pace("immediate")
    code, shown = slow.run("make up")
    assert code == 0, shown
    assert "its lock is released" in shown
    assert [job["status"] for job in slow.jobs()] == ["succeeded", "succeeded"]
    assert slow.kept() >= MADE_BY_UP

    pid = slow.emulator_pid()
    code, shown = slow.run("make down")
    assert code == 0, shown
    assert not lives(pid)
    assert slow.kept().isdisjoint(MADE_BY_UP)
