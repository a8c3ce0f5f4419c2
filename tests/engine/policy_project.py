"""A project of made-up resources on the real engine, for the tests of the policy pack."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.engine.environments import without_packages

HERE = Path(__file__).parent
PACK = HERE.parents[1] / "policies"
MODEL = "gpt-4.1-mini-2025-04-14.ft-0a1b2c"
ACCOUNT = {
    "id": "/subscriptions/s/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices"
    "/accounts/contoso-swedencentral",
    "location": "swedencentral",
}
Declared = list[dict[str, Any]]
_FINDING = re.compile(r"- \[(\w+)\] \[severity: \w+\]  ([\w-]+)  \((\S+): ([^)]*)\)")


@dataclass(frozen=True)
class Outcome:
    """How a run of the engine ended and what it printed."""

    passed: bool
    text: str

    @property
    def policies(self) -> str:
        """The section of the policies, where there is one."""
        return self.text.partition("\nPolicies:\n")[2].partition("\n\n")[0]

    @property
    def findings(self) -> set[tuple[str, str, str]]:
        """Level, policy and resource of each finding."""
        return {
            (level, policy, name) for level, policy, _kind, name in _FINDING.findall(self.policies)
        }

    def of(self, rule: str) -> set[tuple[str, str]]:
        """Level and resource of each finding of a rule, from whichever of its policies."""
        names = {rule, f"{rule}-warning", f"{rule}-before-create"}
        return {(level, name) for level, policy, name in self.findings if policy in names}


@dataclass(frozen=True)
class PolicyProject:
    """A project directory with a stack in a file back end of its own."""

    directory: Path
    path: str

    def declare(self, *resources: dict[str, Any]) -> None:
        """What the program declares."""
        self._write("stack.json", list(resources))

    def service_answers(
        self,
        idle: timedelta,
        *,
        called: timedelta | None = None,
        removed: bool = False,
        **activity: object,
    ) -> None:
        """What a read of a deployment that was made ``idle`` ago brings."""
        last = min(idle, idle if called is None else called)
        reading = {
            "last_inference_at": None if called is None else ago(called),
            "calls": 0 if called is None else 1,
            "deleted_on": ago(last - timedelta(days=15)),
            "observed_at": ago(timedelta()),
            **activity,
        }
        self.service_outputs(
            {
                "deployment_id": "id",
                "created_at": ago(idle),
                "activity": reading,
                "removed_for_inactivity": removed,
            }
        )

    def service_outputs(
        self, deployment: dict[str, object], each: Mapping[str, object] | None = None
    ) -> None:
        """What a read brings: of a deployment what is given, of the others that they are made.

        Args:
            deployment: the outputs of a deployment.
            each: other outputs of a deployment by its name, a job by its suffix, and a model by its
                job's id.
        """
        self._write(
            "service.json",
            {
                "file": {"file_id": "file-1"},
                "job": {"job_id": "ftjob-1"},
                "model": {"fine_tuned_model": MODEL},
                "deployment": deployment,
                "each": each or {},
            },
        )

    def pulumi(self, *arguments: str) -> Outcome:
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
        return Outcome(done.returncode == 0, done.stdout)

    def preview(self, *arguments: str, pack: Path = PACK) -> Outcome:
        """Preview with refresh under a policy pack."""
        return self.pulumi("preview", "--refresh", "--policy-pack", str(pack), *arguments)

    def up(self, *arguments: str, checked: bool = False) -> Outcome:
        """Update without a preview; under the policy pack if ``checked``."""
        pack = ("--policy-pack", str(PACK)) if checked else ()
        return self.pulumi("up", "--yes", "--skip-preview", *pack, *arguments)

    def export(self) -> Path:
        """The stack's export."""
        path = self.directory / "export.json"
        done = self.pulumi("stack", "export", "--file", str(path))
        assert done.passed, done.text
        return path

    def settings(self, config: dict[str, Any]) -> tuple[str, ...]:
        """The arguments that give the pack these settings."""
        return ("--policy-pack-config", str(self._write("config.json", config))) if config else ()

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
    """A time before now, as the service writes it."""
    return (datetime.now(UTC) - span).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_project(directory: Path, path: str) -> PolicyProject:
    """A project with an empty stack."""
    shutil.copytree(HERE / "policy_program", directory, dirs_exist_ok=True)
    without_packages(directory / "venv")
    (directory / "state").mkdir()
    project = PolicyProject(directory, path)
    project.service_answers(timedelta())
    assert project.pulumi("stack", "init", "test").passed
    return project


def declared(kind: str, name: str, props: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A resource of the program."""
    return {"kind": kind, "name": name, "props": props, **more}


def trained(name: str, **more: Any) -> Declared:
    """A job and its model, which others take as ``NAME-model.fine_tuned_model``."""
    base = {"account": ACCOUNT}
    job = declared("job", f"{name}-job", {**base, "model": "gpt-4.1-mini-2025-04-14"}, **more)
    model = {**base, "job_id": {"from": f"{name}-job.job_id"}}
    return [job, declared("model", f"{name}-model", model, **more)]


def deployed(
    name: str, model: str = "chat", more: dict[str, Any] | None = None, **props: Any
) -> Any:
    """A deployment: of a model that is trained here, by name, or of a named one."""
    source = model if "gpt" in model else {"from": f"{model}-model.fine_tuned_model"}
    given = {
        "account": ACCOUNT,
        "deployment_name": f"{name}-v1",
        "model": source,
        "sku": "Standard",
        "capacity": 1,
    }
    return declared("deployment", name, {**given, **props}, **(more or {}))
