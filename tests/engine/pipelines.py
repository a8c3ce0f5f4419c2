"""A pipeline of one of the sites on this machine: its jobs' scripts run by bash, one by one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.ci.workflows import Job, Step, expressions

MAKE = """#!/bin/bash
exec {make} -o .venv/.ready "$@"
"""
"""Keeps ``make setup`` from installing the dependencies again: the environment is the test's."""
_PATH = re.compile(r"^##vso\[task\.prependpath\](.+)$", re.MULTILINE)


@dataclass
class Result:
    """What a job printed, by step, and the step that failed it."""

    shown: dict[str, str] = field(default_factory=dict)
    failed: str = ""

    def all(self) -> str:
        return "\n".join(f"--- {name}\n{text}" for name, text in self.shown.items())


@dataclass
class Pipeline:
    """A checkout, and what the site and its settings give each job.

    Attributes:
        directory: the checkout.
        environment: of all steps.
        values: of expressions.
        artifacts: where jobs leave files for others.
    """

    directory: Path
    environment: dict[str, str]
    values: dict[str, str]
    artifacts: Path

    def run(self, job: Job, inputs: Mapping[str, bool] | None = None) -> Result:
        """Run a job as its site would: in order, up to the first step that fails it."""
        result = Result()
        environment = {**self.environment, **self._put_in(job.env)}
        for step in job.steps:
            if step.condition and not (inputs or {}).get(step.condition.removeprefix("inputs.")):
                continue
            if result.failed and not step.always:
                continue
            if step.script:
                self._script(step, environment, result)
            else:
                self._action(step)
        self._gitlab_artifacts(job)
        return result

    def _put_in(self, env: Mapping[str, str]) -> dict[str, str]:
        # A job's own variable may be made of others, as GitLab has it.
        return {
            name: os.path.expandvars(expressions(value, self.values))
            for name, value in env.items()
            if not (name in self.environment and name in {"AOAI_CLOUD", "AZURE_CLIENT_ID"})
        }

    def _script(self, step: Step, environment: dict[str, str], result: Result) -> None:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.script],
            cwd=self.directory,
            env={**environment, **self._put_in(step.env)},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        result.shown[step.name] = done.stdout + done.stderr
        for found in _PATH.findall(done.stdout):
            environment["PATH"] = f"{found}{os.pathsep}{environment['PATH']}"
        if done.returncode and not step.goes_on:
            result.failed = result.failed or step.name

    def _action(self, step: Step) -> None:
        """What the test stands in for: artifacts and checkouts; the rest installs or signs in."""
        if "upload-artifact" in step.uses or step.uses == "publish":
            self._keep(str(step.given.get("path") or step.given.get("publish")))
        elif "download-artifact" in step.uses:
            self._bring(self.directory / str(step.given.get("path", ".")))
        elif step.uses == "download":
            self._bring(Path(self.environment["PIPELINE_WORKSPACE"]) / str(step.given["artifact"]))
        elif "actions/checkout" in step.uses and "ref" in step.given:
            ref = expressions(step.given["ref"], self.values)
            git(self.directory, "fetch", "--quiet", "--tags", "--force")
            git(self.directory, "checkout", "--quiet", ref)

    def _gitlab_artifacts(self, job: Job) -> None:
        for path in job.steps[0].given.get("artifacts", {}).get("paths", ()):
            self._keep(path)

    def _keep(self, path: str) -> None:
        self.artifacts.mkdir(exist_ok=True)
        shutil.copy(self.directory / path, self.artifacts)

    def _bring(self, to: Path) -> None:
        to.mkdir(parents=True, exist_ok=True)
        for path in self.artifacts.iterdir():
            shutil.copy(path, to)


def git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def shims(directory: Path) -> Path:
    """A directory for PATH with a ``make`` that leaves the environment as it is."""
    directory.mkdir()
    make = directory / "make"
    make.write_text(MAKE.format(make=shutil.which("make")))
    make.chmod(0o755)
    return directory
