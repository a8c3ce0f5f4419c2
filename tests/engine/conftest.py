"""The real engine on a project of its own: the repository's program with a small stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator
from pulumi import automation

from tests.conftest import account_of, write_examples
from tests.engine.environments import without_packages
from tools.engine import ensure_engine

ROOT = Path(__file__).resolve().parents[2]
STACK = "test"
CONFIG = "aoai-finetune"
ENVIRONMENT = {
    "PULUMI_CONFIG_PASSPHRASE": "test",
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
    "PYTHONFAULTHANDLER": "1",  # a provider that crashes shows where
}


@dataclass
class Project:
    """A directory with the program, a stack file, a state of its own and small data."""

    directory: Path
    azure: RunningEmulator
    environment: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = STACK

    def other(self, name: str) -> Project:
        """Another stack of the project, with the same settings to begin with."""
        return replace(self, name=name, settings=dict(self.settings))

    @property
    def train(self) -> Path:
        """The training file of the stack's model."""
        return self.directory / "train.jsonl"

    def configure(self, **changes: Any) -> None:
        """Write the stack's file; each change replaces one of its sections."""
        self.settings |= changes
        config = {f"{CONFIG}:{name}": value for name, value in self.settings.items()}
        path = self.directory / "stacks" / f"Pulumi.{self.name}.yaml"
        old = yaml.safe_load(path.read_text()) if path.exists() else {}
        path.write_text(yaml.safe_dump({**old, "config": config}, sort_keys=False))

    def stack(self) -> automation.Stack:
        """The stack, by the Automation API."""
        options = automation.LocalWorkspaceOptions(env_vars=self.environment)
        return automation.create_or_select_stack(
            self.name, work_dir=str(self.directory), opts=options
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line, for what a person would see."""
        return subprocess.run(
            ["pulumi", *arguments, "--stack", self.name, "--non-interactive"],
            cwd=self.directory,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def resources(self) -> list[dict[str, Any]]:
        """The resources of the state."""
        found: list[dict[str, Any]] = json.loads(self.state())["resources"]
        return found

    def state(self) -> str:
        """The exported state, as text."""
        return json.dumps(self.stack().export_stack().deployment)


def started_up(project: Project, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """An ``up`` that is under way."""
    return subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", project.name, "--non-interactive"],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )


def account_settings(azure: RunningEmulator, name: str) -> dict[str, str]:
    """One of the emulator's accounts as a stack's file has it."""
    account = account_of(azure, name)
    return {"id": account.id, "tenantId": account.tenant_id, "location": account.location}


@pytest.fixture(scope="session")
def engine_path() -> str:
    """PATH with the engine and this interpreter's environment in front."""
    parts = [str(ensure_engine().directory), str(Path(sys.executable).parent), os.environ["PATH"]]
    return os.pathsep.join(parts)


@pytest.fixture
def project(
    azure: RunningEmulator, tmp_path: Path, engine_path: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """A project with one model and one deployment, in the account that trains."""
    directory = tmp_path / "project"
    (directory / "stacks").mkdir(parents=True)
    for name in ("aoai", "components", "policies", "__main__.py"):
        (directory / name).symlink_to(ROOT / name)
    # The pack is a link, and its environment is looked for beside the link.
    without_packages(directory / ".venv")
    shutil.copy(ROOT / "Pulumi.yaml", directory)
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("PATH", engine_path)
    environment = {
        **ENVIRONMENT,
        "PATH": engine_path,
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "AOAI_EMULATOR_URL": azure.url,
        **azure.environment(),
    }
    write_examples(directory / "train.jsonl")
    made = Project(directory, azure, environment)
    made.configure(
        cloud="emulator",
        accounts={
            "sweden": account_settings(azure, "contoso-swedencentral"),
            "america": account_settings(azure, "contoso-northcentralus"),
            "fabrikam": account_settings(azure, "fabrikam-switzerlandwest"),
        },
        models={
            "tutor": {
                "account": "sweden",
                "baseModel": "gpt-4.1-mini-2025-04-14",
                "trainingFile": "train.jsonl",
            }
        },
        deployments={"tutor-sweden": {"model": "tutor", "account": "sweden"}},
    )
    yield made
    shutil.rmtree(directory, ignore_errors=True)
