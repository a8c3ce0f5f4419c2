"""Every script of the workflow templates, run on the real engine against the emulator.

What a site does itself is stood in for: it checks out, installs, signs in, keeps artifacts. Its
REST API is a strict one on this machine.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator

from tests.ci.azure_devops_site import AzureDevOpsSite
from tests.ci.conftest import (
    azure_devops,
    azure_devops_environment,
    github,
    github_environment,
    gitlab,
    gitlab_environment,
)
from tests.ci.github_site import GitHubSite
from tests.ci.gitlab_site import GitLabSite
from tests.ci.workflows import Job, Step, azure_devops_jobs, github_jobs, gitlab_jobs
from tests.conftest import write_examples
from tests.engine.clones import Clone, clone
from tests.engine.conftest import account_settings
from tests.engine.environments import without_packages
from tests.engine.pipelines import Pipeline, Result, git, shims
from tests.repository import ROOT

__all__ = ["azure_devops", "github", "gitlab"]  # fixtures

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("workflows")]

TRAIN = "data/train.jsonl"


@dataclass
class Repository:
    """A user's repository: this one, with stacks dev and prod on the emulator."""

    pipeline: Pipeline
    azure: RunningEmulator

    @property
    def directory(self) -> Path:
        return self.pipeline.directory

    def run(self, job: Job, **inputs: bool) -> Result:
        return self.pipeline.run(job, inputs)

    def passes(self, job: Job, **inputs: bool) -> Result:
        result = self.run(job, **inputs)
        assert not result.failed, result.all()
        return result

    def serves(self) -> set[str]:
        state = self.azure.state()
        return {d["name"] for account in state.values() for d in account["deployments"]}

    def edit_data(self, topic: str) -> None:
        write_examples(self.directory / TRAIN, topic=topic)
        git(self.directory, "commit", "--quiet", "-am", topic)


@pytest.fixture
def repository(azure: RunningEmulator, tmp_path: Path, engine_path: str) -> Repository:
    azure.settings(operation_retry_after=1)
    origin, directory = tmp_path / "origin", tmp_path / "builds" / "models"
    git(tmp_path, "clone", "--quiet", "--bare", str(ROOT), str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(directory))
    without_packages(directory / ".venv")
    (directory / "data").mkdir()
    write_examples(directory / TRAIN)
    for stack in ("dev", "prod"):
        _write_stack(directory, azure, stack)
        shutil.copy(
            directory / "policies/config/local.json", directory / f"policies/config/{stack}.json"
        )
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "-m", "two stacks")
    (tmp_path / "state").mkdir()
    environment = {
        **os.environ,
        **azure.environment(),
        "PATH": f"{shims(tmp_path / 'bin')}{os.pathsep}{engine_path}",
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AOAI_EMULATOR_URL": azure.url,
        "AOAI_CLOUD": azure.url,
        "AOAI_ACCOUNTS": azure.account_id("contoso-swedencentral"),
    }
    values = {
        "vars.PULUMI_BACKEND_URL": environment["PULUMI_BACKEND_URL"],
        "secrets.PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "vars.AZURE_TENANT_ID": environment["AZURE_TENANT_ID"],
        "vars.AOAI_ACCOUNTS": environment["AOAI_ACCOUNTS"],
    }
    made = Repository(Pipeline(directory, environment, values, tmp_path / "artifacts"), azure)
    for stack in ("dev", "prod"):
        init = Job("init", (_step(f"pulumi stack init {stack}"),))
        made.passes(init)
    git(directory, "commit", "--quiet", "-am", "salt")
    return made


def _step(script: str) -> Step:
    return Step(script, script)


def _write_stack(directory: Path, azure: RunningEmulator, stack: str) -> None:
    settings: dict[str, Any] = {
        "cloud": "emulator",
        "pollInterval": 1,
        "accounts": {"sweden": account_settings(azure, "contoso-swedencentral")},
        "models": {
            f"tutor-{stack}": {
                "account": "sweden",
                "baseModel": "gpt-4.1-mini-2025-04-14",
                "trainingFile": TRAIN,
            }
        },
        "deployments": {f"tutor-{stack}": {"model": f"tutor-{stack}", "account": "sweden"}},
    }
    config = {f"aoai-finetune:{name}": value for name, value in settings.items()}
    path = directory / "stacks" / f"Pulumi.{stack}.yaml"
    path.write_text(yaml.safe_dump({"config": config}, sort_keys=False))


def test_github_previews_comments_deploys_collects_and_looks_at_night(
    repository: Repository, github: GitHubSite, tmp_path: Path
) -> None:
    github_settings(repository, github, tmp_path)
    deploy, preview = github_jobs("deploy.yml"), github_jobs("preview.yml")["preview"]
    for name in ("dev", "plan", "prod", "deployed"):
        repository.passes(deploy[name])
    assert {name.rpartition("-")[0] for name in repository.serves()} == {"tutor-dev", "tutor-prod"}
    repository.passes(preview)
    assert github.comments == []

    repository.edit_data("sets")
    repository.passes(preview)
    (comment,) = github.comments
    assert "2 of 2 stacks: 2 models retrain" in comment["body"]
    assert "| `data/train.jsonl` | 12 → 12 |" in comment["body"]
    assert "Billed once" in comment["body"] or "billed once" in comment["body"]
    assert github.labels == {"aoai:retrains"}

    (repository.directory / TRAIN).write_text('{"messages": []}\n')
    git(repository.directory, "commit", "--quiet", "-am", "broken")
    result = repository.run(preview)
    assert result.failed == "Findings"
    assert "::error file=data/train.jsonl,line=1," in result.shown["Findings"]
    assert "### 🔴 2 of 2 stacks" in github.comments[0]["body"]
    assert len(github.comments) == 2

    # The scheduled workflows run on the commit that was deployed, whatever main has.
    repository.passes(github_jobs("collect.yml")["prod"])
    nightly = github_jobs("nightly.yml")["check"]
    repository.passes(nightly)
    assert github.issues == []
    repository.azure.advance(days=12)
    repository.passes(nightly)
    (issue,) = github.issues
    assert "`inactive-deployment`" in issue["body"]
    assert len(repository.serves()) == 2


def github_settings(repository: Repository, site: GitHubSite, directory: Path) -> None:
    pipeline = repository.pipeline
    pipeline.environment |= github_environment(site, directory)
    pipeline.values["github.token"] = "ghs_token"


@pytest.mark.matrix
def test_an_update_on_github_does_what_was_planned_or_nothing(
    repository: Repository, github: GitHubSite, tmp_path: Path
) -> None:
    github_settings(repository, github, tmp_path)
    deploy = github_jobs("deploy.yml")
    repository.passes(deploy["plan"])
    repository.edit_data("sets")
    result = repository.run(deploy["prod"])
    assert result.failed == "Update"
    assert "violates plan" in result.shown["Update"]
    assert repository.serves() == set()
    repository.passes(deploy["plan"], unlock=True)
    repository.passes(deploy["prod"], unlock=True)
    assert len(repository.serves()) == 1


@pytest.mark.matrix
def test_azure_devops_previews_comments_deploys_collects_and_fails_a_night_with_findings(
    repository: Repository, azure_devops: AzureDevOpsSite, tmp_path: Path
) -> None:
    pipeline = repository.pipeline
    pipeline.environment |= azure_devops_environment(azure_devops)
    pipeline.environment["PIPELINE_WORKSPACE"] = str(tmp_path / "workspace")
    pipeline.values["System.AccessToken"] = "job-token"
    jobs = azure_devops_jobs("azure-pipelines.yml")
    for name in ("Dev", "Plan", "Prod", "Deployed"):
        repository.passes(jobs[name])
    repository.edit_data("sets")
    result = repository.passes(jobs["Preview"])
    ((comment,),) = (thread["comments"] for thread in azure_devops.threads)
    assert "2 of 2 stacks: 2 models retrain" in comment["content"]
    assert "0 errors, " in result.shown["Findings"]
    git(repository.directory, "checkout", "--quiet", "origin/deployed-prod")
    by_the_clock = azure_devops_jobs("azure-pipelines-scheduled.yml")
    repository.passes(by_the_clock["Collect"])
    repository.passes(by_the_clock["Nightly"])
    repository.azure.advance(days=12)
    result = repository.run(by_the_clock["Nightly"])
    assert result.failed == "Findings"
    assert "`inactive-deployment`" in result.shown["Findings"]


@pytest.mark.matrix
def test_gitlab_previews_comments_deploys_collects_and_looks_at_night(
    repository: Repository, gitlab: GitLabSite, tmp_path: Path
) -> None:
    pipeline = repository.pipeline
    pipeline.environment |= gitlab_environment(gitlab)
    pipeline.environment |= {
        "CI_BUILDS_DIR": str(tmp_path),
        "CI_JOB_ID": "1",
        "AZURE_ID_TOKEN": "eyJ",
        "AZURE_READER_CLIENT_ID": pipeline.environment.get("AZURE_CLIENT_ID", ""),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path}/origin.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://oauth2:push@gitlab.example/contoso/models.git",
        "GITLAB_PUSH_TOKEN": "push",
        "CI_SERVER_HOST": "gitlab.example",
        "CI_PROJECT_PATH": "contoso/models",
        "UNLOCK": "prod",
    }
    jobs = gitlab_jobs()
    for name in ("dev", "plan", "prod", "deployed", "unlock"):
        repository.passes(jobs[name])
    git(repository.directory, "fetch", "--quiet")
    repository.edit_data("sets")
    repository.passes(jobs["preview"])
    (note,) = gitlab.notes
    assert "2 of 2 stacks: 2 models retrain" in note["body"]
    report = json.loads((repository.directory / "gl-code-quality-report.json").read_text())
    assert all(entry["severity"] == "minor" for entry in report)
    git(repository.directory, "checkout", "--quiet", "origin/deployed-prod")
    repository.passes(jobs["collect"])
    repository.passes(jobs["nightly"])
    assert gitlab.issues == []
    repository.azure.advance(days=12)
    repository.passes(jobs["nightly"])
    (issue,) = gitlab.issues
    assert "`inactive-deployment`" in issue["description"]


@pytest.fixture
def fork(tmp_path: Path) -> Iterator[Clone]:
    """A clone with an emulator of its own, as a run of a fork has it."""
    with clone(tmp_path / "aoai-finetune") as made:
        yield made


@pytest.mark.matrix
def test_a_fork_gets_the_whole_comment_without_a_secret(
    fork: Clone,
    github: GitHubSite,
    tmp_path: Path,
    engine_path: str,
    only_public: Callable[[], dict[str, str]],
) -> None:
    base = git(fork.directory, "rev-parse", "HEAD")
    train = fork.directory / "examples/stdlib/train.jsonl"
    lines = train.read_text().splitlines(keepends=True)
    train.write_text("".join([*lines[:4], *lines[5:]]))
    git(fork.directory, "commit", "--quiet", "-am", "one example less")
    change = git(fork.directory, "rev-parse", "HEAD")
    shim = shims(tmp_path / "bin")
    environment = {**only_public(), "PATH": f"{shim}{os.pathsep}{engine_path}"}
    environment |= {"GITHUB_ACTIONS": "true", "AOAI_EMULATOR_PACE": "immediate"}
    values = {"github.event.pull_request.base.sha": base}
    pipeline = Pipeline(fork.directory, environment, values, tmp_path / "artifacts")
    job = github_jobs("preview.yml")["fork"]
    second = [n for n, s in enumerate(job.steps) if "actions/checkout" in s.uses][1]
    result = pipeline.run(Job("base", job.steps[:second], job.env))
    assert not result.failed, result.all()
    git(fork.directory, "checkout", "--quiet", change)
    result = pipeline.run(Job("change", job.steps[second:], job.env))
    assert not result.failed, result.all()

    head = {"label": "someone:data", "sha": change, "repo": {"full_name": "someone/models"}}
    github.pulls = [{"number": 7, "head": head}]
    owner = {"owner": {"login": "someone"}}
    run = {"head_sha": change, "head_branch": "data", "head_repository": owner}
    pipeline.environment |= github_environment(github, tmp_path, {"workflow_run": run})
    pipeline.values["github.token"] = "ghs_token"
    result = pipeline.run(github_jobs("comment-on-fork.yml")["comment"])
    assert not result.failed, result.all()
    (comment,) = github.comments
    assert "2 models retrain, 2 deployments follow" in comment["body"]
    assert "| `examples/stdlib/train.jsonl` | 600 → 599 |" in comment["body"]


@pytest.fixture
def only_public() -> Callable[[], dict[str, str]]:
    """The variables of a run without secrets."""
    hidden = ("AZURE_", "PULUMI_", "GITHUB_", "GITLAB_", "AOAI_", "MAKE")
    return lambda: {n: v for n, v in os.environ.items() if not n.startswith(hidden)}


def test_every_job_of_every_template_is_run_by_a_test() -> None:
    text = Path(__file__).read_text()
    names = [
        name
        for path in sorted((ROOT / "templates/github").glob("*.yml"))
        for name in github_jobs(path.name)
    ]
    names += [*azure_devops_jobs("azure-pipelines.yml"), *gitlab_jobs()]
    names += azure_devops_jobs("azure-pipelines-scheduled.yml")
    assert [name for name in names if f'"{name}"' not in text] == []
