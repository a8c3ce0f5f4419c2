"""The README's commands in a fresh clone, as a newcomer runs them: on an emulator of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.clones import Clone, clone
from tests.engine.processes import descendants, end
from tools.local import QUESTION

pytestmark = pytest.mark.engine

TRAIN = "examples/stdlib/train.jsonl"
DEPLOYED = ("tutor-america", "stdlib-reference")


MADE_BY_UP = {"Deployment", "Job", "StoredFile"}
"""Kinds of objects in the emulator's store; a trained model stays, as in Azure."""


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


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clone, str]]:
    """A clone after ``make up``, and what that printed."""
    with clone(tmp_path_factory.mktemp("served") / "aoai-finetune") as made:
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
    assert shown.count("==> engine: Pulumi ") == 1
    for model in ("stdlib-tutor", "stdlib-reference"):
        assert re.search(rf"{model}: \d+ steps, loss .* tokens, \$\d", shown), shown
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
    assert "14 unchanged" in shown
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
def test_a_pack_whose_environment_is_missing_is_one_line_before_the_engine_waits_for_it(
    served: tuple[Clone, str],
) -> None:
    made, _ = served
    description = made.directory / "policies" / "PulumiPolicy.yaml"
    whole = description.read_text()
    description.write_text(whole.replace("../.venv", "../gone"))
    code, shown = made.run("make preview")
    description.write_text(whole)
    assert code != 0
    (line,) = [line for line in shown.splitlines() if line.startswith("error: ")]
    assert "the policy pack cannot start" in line
    assert f"has no {made.directory}/gone/bin/python" in line
    assert "Loading policy packs" not in shown
    assert "Traceback" not in shown


@pytest.mark.xdist_group("make_up")
def test_an_edited_line_shows_the_comment_of_a_pull_request(served: tuple[Clone, str]) -> None:
    made, _ = served
    train = made.directory / TRAIN
    kept = train.read_text()
    try:
        train.write_text("".join(kept.splitlines(keepends=True)[1:]))
        code, shown = made.run("make comment")
    finally:
        train.write_text(kept)
    assert code == 0, shown
    assert "### 🟡 aoai-finetune/local: 2 models retrain, 2 deployments follow" in shown
    assert "| `examples/stdlib/train.jsonl` | 600 → 599 | 599 | 0 | 0 | 1 |" in shown


@pytest.mark.xdist_group("make_up")
def test_a_state_that_was_cut_off_is_taken_from_its_backup(served: tuple[Clone, str]) -> None:
    made, _ = served
    state = made.directory / ".local/state/.pulumi/stacks/aoai-finetune/local.json"
    whole = state.read_text()
    state.write_text(whole[: len(whole) // 2])
    code, shown = made.run("make preview")
    state.write_text(whole)
    assert code == 0, shown
    assert "the state local.json was damaged: its backup local.json.bak is used" in shown


@pytest.mark.xdist_group("make_up")
def test_what_the_local_stack_holds_is_readable_by_its_user_alone(
    served: tuple[Clone, str],
) -> None:
    local = served[0].directory / ".local"
    found = [local, *local.rglob("*")]
    assert len(found) > 20
    assert [path for path in found if path.stat().st_mode & 0o077] == []


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
