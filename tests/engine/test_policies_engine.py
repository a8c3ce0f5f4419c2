"""The policy pack on the real engine: what a preview says, and whether it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACK = HERE.parents[1] / "policies"
MODEL = "gpt-4.1-mini-2025-04-14.ft-0a1b2c"

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Preview:
    """How a preview ended and what stood on the terminal."""

    passed: bool
    text: str

    @property
    def policies(self) -> str:
        """The section of the policies, where there is one."""
        return self.text.partition("\nPolicies:\n")[2].partition("\n\n")[0]


@dataclass(frozen=True)
class PolicyProject:
    """A project directory with a stack in a file back end of its own."""

    directory: Path
    path: str

    def declare(self, deployments: dict[str, str]) -> None:
        """What the program declares: deployment → model; "chat" is one that is trained here."""
        self._write("stack.json", {"models": ["chat"], "deployments": deployments})

    def service_says(
        self, idle: timedelta, *, called: timedelta | None = None, removed: bool = False
    ) -> None:
        """What a read of a deployment that was made ``idle`` ago brings."""
        last = min(idle, idle if called is None else called)
        activity = {
            "last_inference_at": None if called is None else ago(called),
            "calls": 0 if called is None else 1,
            "deleted_on": ago(last - timedelta(days=15)),
            "observed_at": ago(timedelta()),
        }
        deployment = {
            "deployment_id": "id",
            "created_at": ago(idle),
            "activity": activity,
            "removed_for_inactivity": removed,
        }
        model = {"fine_tuned_model": MODEL}
        service = {"job": {"job_id": "ftjob-1"}, "model": model, "deployment": deployment}
        self._write("service.json", service)

    def pulumi(self, *arguments: str) -> Preview:
        """Run the engine."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.directory,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        return Preview(done.returncode == 0, done.stdout)

    def preview(self, *arguments: str, pack: Path = PACK) -> Preview:
        """Preview with refresh under a policy pack."""
        return self.pulumi("preview", "--refresh", "--policy-pack", str(pack), *arguments)

    def settings(self, config: dict[str, object]) -> tuple[str, str]:
        """The arguments that give the pack these settings."""
        return ("--policy-pack-config", str(self._write("config.json", config)))

    def _write(self, name: str, content: object) -> Path:
        path = self.directory / name
        path.write_text(json.dumps(content))
        return path

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": self.path,
            "PULUMI_HOME": str(self.directory / "home"),
            "PULUMI_BACKEND_URL": (self.directory / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONPATH": str(PACK),
        }


def ago(span: timedelta) -> str:
    return (datetime.now(UTC) - span).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_project(directory: Path, path: str) -> PolicyProject:
    shutil.copytree(HERE / "policy_program", directory, dirs_exist_ok=True)
    (directory / "state").mkdir()
    project = PolicyProject(directory, path)
    project.service_says(timedelta())
    assert project.pulumi("stack", "init", "test").passed
    return project


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, engine_path: str) -> PolicyProject:
    """One model, trained and deployed. Tests only preview, so that each finds it as it was."""
    project = new_project(tmp_path_factory.mktemp("deployed"), engine_path)
    project.declare({"first": "chat"})
    made = project.pulumi("up", "--yes", "--skip-preview", "--policy-pack", str(PACK))
    assert made.passed, made.text
    return project


def test_a_second_deployment_fails_the_preview_that_names_both(deployed: PolicyProject) -> None:
    deployed.service_says(timedelta())
    deployed.declare({"first": "chat", "second": "chat", "base": "gpt-4.1-mini"})

    preview = deployed.preview()

    assert not preview.passed
    assert "[mandatory] [severity: high]  one-deployment-per-model" in preview.policies
    assert 'Deployment "first" (first-v1) and deployment "second" (second-v1)' in preview.policies
    assert MODEL in preview.policies
    assert "contoso-swedencentral (swedencentral)" in preview.policies


def test_a_second_deployment_of_a_model_still_to_be_trained_fails_too(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    project.declare({"first": "chat", "second": "chat"})

    preview = project.preview()

    assert not preview.passed
    assert 'the one that "chat-model" will bring' in preview.policies
    assert "can't run policy" not in preview.text


def test_one_deployment_that_is_in_use_passes(deployed: PolicyProject) -> None:
    deployed.declare({"first": "chat"})
    deployed.service_says(timedelta(days=40), called=timedelta(hours=1))

    preview = deployed.preview()

    assert preview.passed, preview.text
    assert "✅ aoai@" in preview.policies
    assert "inactive" not in preview.policies


def test_twelve_idle_days_earn_a_warning(deployed: PolicyProject) -> None:
    deployed.declare({"first": "chat"})
    deployed.service_says(timedelta(days=12))

    preview = deployed.preview()

    assert preview.passed, preview.text
    assert "[advisory] [severity: medium]  inactive-deployment-warning" in preview.policies
    assert "idle for 12 days" in preview.policies
    assert "in 3 days" in preview.policies


@pytest.mark.parametrize(
    ("removed", "words"), [(False, "idle for 16 days"), (True, "was removed by Azure on")]
)
def test_sixteen_idle_days_fail_the_preview(
    deployed: PolicyProject, removed: bool, words: str
) -> None:
    deployed.declare({"first": "chat"})
    deployed.service_says(timedelta(days=16), removed=removed)

    preview = deployed.preview()

    assert not preview.passed
    assert "[mandatory] [severity: medium]  inactive-deployment" in preview.policies
    assert words in preview.policies


def test_a_policy_config_moves_the_days_and_the_level(deployed: PolicyProject) -> None:
    deployed.declare({"first": "chat"})
    deployed.service_says(timedelta(days=6))
    earlier = {"enforcementLevel": "advisory", "warnAfterDays": 3, "failAfterDays": 5}

    preview = deployed.preview(*deployed.settings({"inactive-deployment": earlier}))

    assert preview.passed, preview.text
    assert "[advisory] [severity: medium]  inactive-deployment " in preview.policies
    assert "idle for 6 days" in preview.policies


def test_a_rule_with_a_bug_fails_the_preview_without_a_traceback(deployed: PolicyProject) -> None:
    deployed.declare({"first": "chat"})
    deployed.service_says(timedelta())

    preview = deployed.preview(pack=HERE / "broken_pack")

    assert not preview.passed
    assert "one-deployment-per-model stopped on an error of its own (KeyError)" in preview.policies
    assert "Traceback" not in preview.text
