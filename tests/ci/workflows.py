"""The workflow templates of the three sites as jobs and steps that a test can run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.repository import ROOT

TEMPLATES = ROOT / "templates"
GITHUB = sorted((TEMPLATES / "github").glob("*.yml"))
AZURE_DEVOPS = sorted((TEMPLATES / "azure-devops").glob("*.yml"))
GITLAB = TEMPLATES / "gitlab" / ".gitlab-ci.yml"
_VSO_MACRO = re.compile(r"\$\((\w+(?:\.\w+)*)\)")
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass(frozen=True)
class Step:
    """One step: a script, or an action of the site.

    Attributes:
        name: as the log shows it.
        script: what bash runs; empty for an action.
        env: its own variables, with expressions.
        goes_on: whether the job goes on when it fails.
        always: whether it runs after a failure.
        condition: ``inputs.unlock`` or empty.
        uses: the action.
        given: its inputs.
    """

    name: str
    script: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    goes_on: bool = False
    always: bool = False
    condition: str = ""
    uses: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One job: its steps, and the variables that they share."""

    name: str
    steps: tuple[Step, ...]
    env: Mapping[str, str] = field(default_factory=dict)


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def github_jobs(name: str) -> dict[str, Job]:
    document = load(TEMPLATES / "github" / name)
    shared = document.get("env") or {}
    return {
        key: Job(key, tuple(map(_github_step, job["steps"])), {**shared, **(job.get("env") or {})})
        for key, job in document["jobs"].items()
    }


def _github_step(step: Mapping[str, Any]) -> Step:
    condition = str(step.get("if", ""))
    return Step(
        name=step.get("name") or step.get("uses", ""),
        script=step.get("run", ""),
        env=step.get("env") or {},
        goes_on=bool(step.get("continue-on-error")),
        always="!cancelled()" in condition,
        condition=condition if condition.startswith("inputs.") else "",
        uses=step.get("uses", ""),
        given=step.get("with") or {},
    )


def azure_devops_jobs(name: str) -> dict[str, Job]:
    document = load(TEMPLATES / "azure-devops" / name)
    jobs = [job for stage in document.get("stages", [document]) for job in stage["jobs"]]
    shared = {v["name"]: v["value"] for v in document["variables"] if "name" in v}
    found = {}
    for job in jobs:
        steps = job.get("steps") or job["strategy"]["runOnce"]["deploy"]["steps"]
        key = job.get("job") or job["deployment"]
        found[key] = Job(key, tuple(map(_azure_devops_step, steps)), shared)
    return found


def _azure_devops_step(step: Mapping[str, Any]) -> Step:
    inputs = step.get("inputs") or {}
    action = next((n for n in ("checkout", "publish", "download") if n in step), "")
    return Step(
        name=step.get("displayName") or step.get("task") or action,
        script=step.get("script") or inputs.get("inlineScript", ""),
        env={name: _VSO_MACRO.sub(r"${{ \1 }}", v) for name, v in (step.get("env") or {}).items()},
        goes_on=bool(step.get("continueOnError")),
        always="succeededOrFailed" in step.get("condition", ""),
        uses=action or step.get("task", ""),
        given=step,
    )


def gitlab_jobs() -> dict[str, Job]:
    document = load(GITLAB)
    own = {"stages", "default", "variables"}
    before = document["default"]["before_script"]
    return {
        name: _gitlab_job(name, job, document["variables"], before)
        for name, job in document.items()
        if name not in own
    }


def _gitlab_job(name: str, job: Mapping[str, Any], shared: Any, before: list[str]) -> Job:
    # A runner puts the lines of both into one script.
    lines = [*job.get("before_script", before), *job["script"]]
    env = {**shared, **(job.get("variables") or {})}
    given = {"artifacts": job.get("artifacts") or {}}
    return Job(name, (Step(name, "\n".join(lines), given=given),), env)


def expressions(text: str, values: Mapping[str, str]) -> str:
    """A text with its expressions put in; one that is not known is an error."""
    return _EXPRESSION.sub(lambda found: values[found[1]], str(text))


def scripts() -> Iterator[tuple[str, str, str]]:
    """Every script of every template: file, step and text."""
    for path in GITHUB:
        for job in github_jobs(path.name).values():
            yield from ((path.name, step.name, step.script) for step in job.steps if step.script)
    for path in AZURE_DEVOPS:
        for job in azure_devops_jobs(path.name).values():
            yield from ((path.name, step.name, step.script) for step in job.steps if step.script)
    for job in gitlab_jobs().values():
        yield GITLAB.name, job.name, job.steps[0].script
