"""The workflow templates: no logic, least rights, pinned actions, nothing that hangs for ever."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci import workflows
from tests.ci.workflows import AZURE_DEVOPS, GITHUB, GITLAB, load

COMMANDS = re.compile(
    r"(AOAI_REVIEW=\S+ )?(exec )?(pulumi|make|(\.venv/bin/)?aoai|git push|export|printf) .*"
    r'|echo "##vso\[task\.prependpath\]\$\(\.venv/bin/python -m tools\.engine\)"'
)
PIN = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
WRITES = {
    ("comment-on-fork.yml", "comment"): {"pull-requests"},
    ("deploy.yml", "deployed"): {"contents"},
    ("nightly.yml", "check"): {"issues"},
    ("preview.yml", "preview"): {"pull-requests"},
}
"""What a job on GitHub may write, beside its own identity."""


SCRIPTS = pytest.mark.parametrize(
    ("file", "step", "script"),
    list(workflows.scripts()),
    ids=[f"{file}-{step}-{number}" for number, (file, step, _) in enumerate(workflows.scripts())],
)


def jobs_of(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from load(path)["jobs"].items()


@SCRIPTS
def test_a_script_is_a_few_commands_and_no_logic(file: str, step: str, script: str) -> None:
    joined = script.replace("\\\n", " ")
    stripped = (line.strip() for line in joined.splitlines())
    lines = [line for line in stripped if line and not line.startswith("#")]
    assert len(lines) <= 8 if file == GITLAB.name else len(lines) <= 2
    for line in lines:
        assert COMMANDS.fullmatch(re.sub(r" +", " ", line)), f"{file}, {step}: {line}"


@SCRIPTS
def test_no_expression_is_put_into_a_script(file: str, step: str, script: str) -> None:
    assert "${{" not in script, f"{file}, {step}: a name of a branch could be a command"
    assert not re.search(r"\$\((?!\.venv/bin/python)", script)


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_every_action_of_github_is_pinned_by_digest_with_its_version_beside_it(path: Path) -> None:
    used = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert used
    for line in used:
        assert PIN.search(line), line
        assert re.search(r" # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_one_digest_everywhere() -> None:
    pins = {pin for path in GITHUB for pin in PIN.findall(path.read_text())}
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_a_job_of_github_has_the_rights_that_it_needs_and_a_limit_of_time(path: Path) -> None:
    document = load(path)
    assert document["permissions"] == {}
    for name, job in jobs_of(path):
        rights = job["permissions"]
        writes = {what for what, right in rights.items() if right == "write"} - {"id-token"}
        assert writes == WRITES.get((path.name, name), set())
        assert job["timeout-minutes"] <= 350
        signs_in = any("azure/login" in step.get("uses", "") for step in job["steps"])
        assert (rights.get("id-token") == "write") == signs_in


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_only_a_run_that_just_reads_is_interrupted_by_the_next(path: Path) -> None:
    document = load(path)
    groups = [document.get("concurrency"), *(job.get("concurrency") for _, job in jobs_of(path))]
    stops = [group["cancel-in-progress"] for group in groups if group]
    assert stops
    assert any(stops) == (path.name == "preview.yml")


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_a_checkout_leaves_its_token_only_where_something_is_pushed(path: Path) -> None:
    for name, job in jobs_of(path):
        pushes = any("git push" in step.get("run", "") for step in job["steps"])
        checkouts = [s for s in job["steps"] if "actions/checkout" in s.get("uses", "")]
        for step in checkouts:
            kept = (step.get("with") or {}).get("persist-credentials", True)
            assert kept == pushes, f"{path.name}, {name}"


def test_no_workflow_runs_a_forks_code_with_rights() -> None:
    for path in GITHUB:
        triggers = load(path)[True]  # YAML 1.1 reads the key `on` as true
        assert "pull_request_target" not in triggers
        if "workflow_run" in triggers:
            for _, job in jobs_of(path):
                refs = [s.get("with", {}).get("ref") for s in job["steps"] if "checkout" in str(s)]
                assert refs == [None]


@pytest.mark.parametrize("path", AZURE_DEVOPS, ids=lambda path: path.name)
def test_a_job_of_azure_devops_has_a_limit_of_time_and_no_token_left_behind(path: Path) -> None:
    document = load(path)
    for stage in document.get("stages", [document]):
        for job in stage["jobs"]:
            assert job["timeoutInMinutes"] <= 350
            steps = job.get("steps") or job["strategy"]["runOnce"]["deploy"]["steps"]
            (kept,) = [step["persistCredentials"] for step in steps if "checkout" in step]
            assert kept == ("git push" in str(steps))


def test_a_job_of_gitlab_has_a_rule_and_the_long_ones_a_group() -> None:
    document = load(GITLAB)
    for name in workflows.gitlab_jobs():
        job = document[name]
        assert job["rules"]
        if "pulumi up" in str(job["script"]):
            assert job["resource_group"]
            assert job["environment"]


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linter, built by Go as its lock has it."""
    if not shutil.which("go"):
        pytest.skip("go is not installed, and actionlint is built by it")
    program = tmp_path_factory.mktemp("actionlint") / "actionlint"
    built = subprocess.run(
        ["go", "build", "-o", str(program), "github.com/rhysd/actionlint/cmd/actionlint"],
        cwd=Path(__file__).parent / "actionlint",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if built.returncode:
        pytest.skip(f"actionlint cannot be had: {built.stderr[-200:]}")
    return program


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    command = [str(actionlint), "-no-color", *map(str, GITHUB)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_actionlint_would_find_something(actionlint: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(GITHUB[0].read_text().replace("runs-on: ubuntu-24.04", "runs-on: amiga"))
    command = [str(actionlint), "-no-color", str(broken)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "amiga" in done.stdout


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (
            "mkdir -p .github/workflows && cp templates/github/*.yml .github/workflows/",
            [f".github/workflows/{path.name}" for path in GITHUB],
        ),
        ("cp templates/azure-devops/*.yml .", [path.name for path in AZURE_DEVOPS]),
        ("cp templates/gitlab/.gitlab-ci.yml .", [GITLAB.name]),
    ],
)
def test_copying_them_as_the_page_says_puts_them_where_a_site_looks(
    tmp_path: Path, command: str, files: list[str]
) -> None:
    shutil.copytree(workflows.TEMPLATES, tmp_path / "templates")
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
    assert all((tmp_path / name).is_file() for name in files)
