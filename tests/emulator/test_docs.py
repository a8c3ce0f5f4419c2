"""Every example of docs/emulator runs, and every link leads somewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import Emulator, RunningEmulator, World
from aoai_emulator.state.faults import KINDS

from tests.emulator.settings_page import PAGE, page
from tests.emulator.wire import Wire

DOCS = PAGE.parent
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[Any]:
    """The blocks of a language in all pages, named by page and place."""
    return [
        pytest.param(text, id=f"{path.stem}-{number}")
        for path in PAGES
        for number, (kind, text) in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
        if kind == language
    ]


@pytest.mark.parametrize("source", blocks("python"))
def test_a_python_example_runs(source: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-W", "error", "-c", source]
    root = DOCS.parents[1]
    done = subprocess.run(command, cwd=root, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("source", blocks("http"))
def test_an_http_example_is_answered(wire: Wire, azure: RunningEmulator, source: str) -> None:
    calls = [each for each in source.strip().split("\n\n") if each]
    assert calls
    for each in calls:
        line, _, body = each.partition("\n")
        method, path = line.split(" ", 1)
        data = json.loads(body) if body else None
        answer = wire.raw(method, path, json=data)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("source", blocks("yaml"))
def test_a_world_of_the_docs_can_be_played(source: str) -> None:
    with Emulator(World.parse(yaml.safe_load(source))) as azure:
        assert azure.account_id("mine-sweden").endswith("/accounts/mine-sweden")
        assert azure.world.quotas[0].limit == 10


def test_there_are_examples_to_run() -> None:
    assert len(blocks("python")) >= 8
    assert len(blocks("http")) >= 6
    assert len(blocks("yaml")) == 1


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (path.parent / target).is_file(), target


def test_the_page_of_settings_is_as_the_settings_are() -> None:
    command = "python -m tests.emulator.settings_page --write"
    assert PAGE.read_text(encoding="utf-8") == page(), command


def test_every_kind_of_fault_is_explained() -> None:
    text = (DOCS / "faults.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []


def test_the_formula_in_the_docs_is_that_of_the_code() -> None:
    code = (DOCS.parents[1] / "emulator/aoai_emulator/operations/training.py").read_text(
        encoding="utf-8"
    )
    docs = (DOCS / "differences.md").read_text(encoding="utf-8")
    for name in ("decay(e)", "train loss", "valid loss", "turn  ", "accuracy  "):
        (told,) = [line for line in docs.splitlines() if line.strip().startswith(name)]
        (coded,) = [line for line in code.splitlines() if line.strip().startswith(name)]
        assert numbers(told) == numbers(coded)


def numbers(line: str) -> list[str]:
    """The figures of a formula."""
    return [each for each in re.findall(r"\d+\.?\d*", line.partition("(few")[0]) if each != "0.5"]
