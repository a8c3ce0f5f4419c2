"""What keeps the engine from starting a policy pack is found first: it might wait for ever."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from aoai.cli.doctor.policy_pack import policy_pack_problem
from aoai.cli.doctor.program import program_problem
from aoai.cli.doctor.python_environment import TIMEOUT
from tests.repository import ROOT

PYTHON = Path(sys.executable)


def pack(directory: Path, *options: str, runtime: str = "python") -> Path:
    """A policy pack with these runtime options."""
    directory.mkdir(parents=True, exist_ok=True)
    text = f"version: 0.0.1\nruntime:\n  name: {runtime}\n"
    text += "".join(["  options:\n", *(f"    {option}\n" for option in options)]) if options else ""
    (directory / "PulumiPolicy.yaml").write_text(text)
    return directory


def environment(directory: Path, script: str = f'exec "{PYTHON}" "$@"') -> Path:
    """A virtual environment whose interpreter is a script."""
    interpreter = directory / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f"#!/bin/sh\n{script}\n")
    interpreter.chmod(0o755)
    return interpreter


def problem(directory: Path, **environ: str) -> str:
    """The line that is found, which is one."""
    found = policy_pack_problem(directory, {**os.environ, **environ})
    assert found is not None
    assert "\n" not in found
    assert str(directory / "PulumiPolicy.yaml") in found
    return found


def test_the_projects_own_pack_can_start() -> None:
    assert policy_pack_problem(ROOT / "policies") is None


def test_a_pack_without_its_environment_is_found_with_how_to_make_it(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: ../.venv")
    (made / "requirements.txt").write_text("pulumi-policy\n")
    line = problem(made)
    assert f"has no {tmp_path}/.venv/bin/python" in line
    assert f"`python3 -m venv {tmp_path}/.venv`" in line
    assert f"pip install -r {made}/requirements.txt`" in line


def test_an_environment_is_looked_for_beside_a_link_and_not_beside_its_target(
    tmp_path: Path,
) -> None:
    target = pack(tmp_path / "elsewhere" / "policies", "virtualenv: ../.venv")
    environment(tmp_path / "elsewhere" / ".venv")
    link = tmp_path / "project" / "policies"
    link.parent.mkdir()
    link.symlink_to(target)
    assert policy_pack_problem(target) is None
    assert f"has no {tmp_path}/project/.venv/bin/python" in problem(link)


def test_an_environment_whose_python_was_removed_is_found(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: venv")
    interpreter = made / "venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(tmp_path / "python3.9")
    assert f"has no {interpreter}" in problem(made)


def test_an_environment_without_pulumi_policy_is_found(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: venv", "toolchain: pip")
    interpreter = environment(made / "venv", "echo pulumi_policy")
    line = problem(made)
    assert f"{interpreter} has no pulumi_policy" in line
    assert f"`{interpreter} -m pip install pulumi`" in line


def test_an_interpreter_that_fails_is_found_with_its_last_words(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: venv")
    environment(made / "venv", "echo Traceback >&2; echo ImportError: no libssl >&2; exit 1")
    assert problem(made).endswith("fails: ImportError: no libssl")


def test_an_interpreter_that_cannot_be_run_is_found(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: venv")
    environment(made / "venv").chmod(0o644)
    assert problem(made).endswith("Permission denied")


def test_an_interpreter_that_hangs_is_given_up_within_five_seconds(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "virtualenv: venv")
    environment(made / "venv", "exec sleep 60")
    line = policy_pack_problem(made, timeout=0.1)
    assert line is not None
    assert line.endswith("did not answer within 0.1 seconds")
    assert TIMEOUT < 5


@pytest.mark.parametrize("lock", ["uv.lock", "poetry.lock"])
def test_a_lock_file_above_that_takes_the_environment_away_is_found(
    tmp_path: Path, lock: str
) -> None:
    made = pack(tmp_path / "project" / "policies", "virtualenv: venv")
    environment(made / "venv")
    (tmp_path / lock).touch()
    line = problem(made, PATH="/nowhere")
    assert f"because of {tmp_path / lock}" in line
    assert "write `toolchain: pip` beside `virtualenv`" in line
    pack(made, "virtualenv: venv", "toolchain: pip")
    assert policy_pack_problem(made) is None


def test_a_tool_that_the_pack_asks_for_has_to_be_there(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies", "toolchain: uv")
    assert "its toolchain is uv, which is not on PATH" in problem(made, PATH="/nowhere")


def test_a_pack_that_names_no_environment_runs_with_the_python_on_path(tmp_path: Path) -> None:
    made = pack(tmp_path / "policies")
    path = f"{PYTHON.parent}:/usr/bin:/bin"
    assert policy_pack_problem(made, {"PATH": path}) is None
    assert "PATH has no python3" in problem(made, PATH="/nowhere")
    assert policy_pack_problem(made, {"PATH": "/nowhere", "PULUMI_PYTHON_CMD": str(PYTHON)}) is None


def test_a_pack_in_another_language_is_none_of_our_business(tmp_path: Path) -> None:
    assert policy_pack_problem(pack(tmp_path, runtime="nodejs")) is None


@pytest.mark.parametrize(
    "text", [None, "", "- 1\n", "runtime: [\n", "runtime: [1]\n", "version: 1\n"]
)
def test_a_description_that_cannot_be_read_is_found(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "PulumiPolicy.yaml").write_text(text)
    problem(tmp_path)


def test_the_projects_own_program_can_start() -> None:
    assert program_problem(ROOT) is None


def test_an_environment_of_uv_has_no_pip_by_which_the_engine_lists_packages(
    tmp_path: Path,
) -> None:
    text = "name: mine\nruntime: {name: python, options: {virtualenv: .venv, toolchain: pip}}\n"
    (tmp_path / "Pulumi.yaml").write_text(text)
    interpreter = environment(tmp_path / ".venv", "echo pip")
    line = program_problem(tmp_path)
    assert line is not None
    assert line.startswith(f"the program cannot start ({tmp_path}/Pulumi.yaml): {interpreter} has ")
    assert line.endswith(f"has no pip; install it with `{interpreter} -m ensurepip`")
