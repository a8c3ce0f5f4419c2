"""The pages of docs/howto on the real engine: their settings and commands, from what was before."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator

from tests.documents import blocks, commands_of
from tests.engine.conftest import CONFIG, ROOT, STACK, Project

pytestmark = pytest.mark.engine
HOWTOS = Path("docs/howto")
Settings = dict[str, Any]
DATA = Path("examples/stdlib/train.jsonl")


def _same(settings: Settings) -> None:
    pass


def _without(section: str, key: str) -> Callable[[Settings], None]:
    return lambda settings: settings[section].pop(key)


def _without_the_reviewer(settings: Settings) -> None:
    settings["models"].pop("reviewer")
    settings["deployments"].pop("reviewer")


def _with_the_last_model(settings: Settings) -> None:
    settings["models"]["tutor"].pop("checkpoint")


def _with_another_model(settings: Settings) -> None:
    settings["models"]["old"] = {**settings["models"]["tutor"], "hyperparameters": {"nEpochs": 1}}
    settings["deployments"]["old"] = {"model": "old", "account": "sweden"}


def _edit(project: Project) -> None:
    data = project.directory / DATA
    lines = data.read_text().splitlines(keepends=True)
    data.write_text("".join(lines[:-1]))


def _train_something_else(project: Project) -> None:
    kept = (project.directory / DATA).read_text()
    _edit(project)
    project.stack().up()
    (project.directory / DATA).write_text(kept)


def _nothing(project: Project) -> None:
    pass


@dataclass(frozen=True)
class Howto:
    """A page: what was before, what happens in between, and what it leads to."""

    before: Callable[[Settings], Any]
    trains: int
    deployments: int
    event: Callable[[Project], None] = _nothing


PAGES = {
    "model": Howto(_without_the_reviewer, trains=1, deployments=2),
    "new-data": Howto(_same, trains=1, deployments=1, event=_edit),
    "second-region": Howto(_without("deployments", "tutor-america"), trains=0, deployments=2),
    "second-tenant": Howto(_without("deployments", "tutor-fabrikam"), trains=0, deployments=2),
    "checkpoint": Howto(_with_the_last_model, trains=0, deployments=1),
    "roll-back": Howto(_same, trains=0, deployments=1, event=_train_something_else),
    "retire": Howto(_with_another_model, trains=0, deployments=1),
    "offline-preview": Howto(_same, trains=0, deployments=1),
}
SAMPLE = ("offline-preview",)


def test_every_howto_is_run_or_has_no_settings() -> None:
    pages = {path.stem for path in (ROOT / HOWTOS).glob("*.md")}
    assert pages - set(PAGES) == {"upgrade"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in SAMPLE else [pytest.mark.matrix]) for name in PAGES],
)
def test_a_page_does_what_it_says(name: str, project: Project, azure: RunningEmulator) -> None:
    howto = PAGES[name]
    page = HOWTOS / f"{name}.md"
    shutil.copytree(ROOT / "examples" / "stdlib", project.directory / "examples" / "stdlib")
    before, after = settings_of(page, project), settings_of(page, project)
    howto.before(before)
    project.configure(**before)
    project.stack().up()
    howto.event(project)
    jobs = count(azure, "jobs")
    project.configure(**after)
    for block in blocks(page):
        if block.language == "console" and not block.not_run:
            run(project, "\n".join(commands_of(block)))
    assert count(azure, "jobs") - jobs == howto.trains
    assert count(azure, "deployments") == howto.deployments
    run(project, "pulumi preview --expect-no-changes")


def settings_of(page: Path, project: Project) -> Settings:
    """The settings of a page, on the accounts of the emulator with the same keys."""
    (block,) = [block for block in blocks(page) if block.language == "yaml"]
    config = yaml.safe_load(block.whole)["config"]
    found: Settings = {key.removeprefix(f"{CONFIG}:"): value for key, value in config.items()}
    found["accounts"] = {key: project.settings["accounts"][key] for key in found["accounts"]}
    return found


def count(azure: RunningEmulator, kind: str) -> int:
    """How many of ``kind`` there are in all accounts."""
    return sum(len(account[kind]) for account in azure.state().values())


def run(project: Project, commands: str) -> None:
    """Run commands as the page has them."""
    done = subprocess.run(
        ["bash", "-ec", f"pulumi stack select {STACK}\n{commands}"],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
