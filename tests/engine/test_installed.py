"""The built wheel in an environment of its own, from a folder outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import write_examples
from tests.repository import ROOT

pytestmark = pytest.mark.engine
PROGRAM = Path(__file__).with_name("installed_program.py")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; the dependencies are those of the one that runs the tests."""
    directory = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "-w", str(directory), str(ROOT)]
    subprocess.run([*pip, *wheel], check=True)
    (built,) = directory.glob("*.whl")
    made = directory / "env"
    venv.create(made, with_pip=False, symlinks=True)
    python = made / "bin" / "python"
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(built)], check=True)
    (site,) = (made / "lib").glob("python*/site-packages")
    # A path in a .pth is searched, but the .pth files in it are not read: the checkout stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return made


@pytest.fixture
def folder(tmp_path: Path, environment: Path, engine_path: str) -> Path:
    """A folder with the program and a policy pack that imports the installed one."""
    directory = tmp_path / "mine"
    (directory / "policies").mkdir(parents=True)
    shutil.copy(PROGRAM, directory / "__main__.py")
    shutil.copy(ROOT / "policies" / "__main__.py", directory / "policies" / "__main__.py")
    runtime = {"name": "python", "options": {"virtualenv": str(environment)}}
    (directory / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "mine", "runtime": runtime}))
    (directory / "policies/PulumiPolicy.yaml").write_text(yaml.safe_dump({"runtime": runtime}))
    write_examples(directory / "train.jsonl")
    return directory


@pytest.fixture
def emulator(environment: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The emulator that pip has installed, and the variables that point at it."""
    python = str(environment / "bin" / "python")
    command = [python, "-m", "aoai_emulator", "--pace", "immediate"]
    state = tmp_path / "emulator"
    with subprocess.Popen(
        [*command, "--state", str(state)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline().startswith("emulator ready: ")
            ready = yaml.safe_load((state / "ready.json").read_text())
            yield {**ready["environment"], "AOAI_EMULATOR_URL": ready["url"]}
        finally:
            running.terminate()


def test_component_policies_and_emulator_work_from_another_folder(
    folder: Path, emulator: dict[str, str], engine_path: str, environment: Path
) -> None:
    variables = {
        **os.environ,
        **emulator,
        "PATH": os.pathsep.join([str(environment / "bin"), engine_path]),
        "PULUMI_BACKEND_URL": folder.parent.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init", "test")
    made = pulumi("up", "--yes", "--policy-pack", "policies")
    assert "aoai@v" in made.partition("Policies:")[2]
    assert ".ft-" in pulumi("stack", "output", "model")
    assert "unchanged" in pulumi("up", "--yes")
    pulumi("destroy", "--yes")


def test_a_type_checker_sees_the_types(folder: Path, environment: Path) -> None:
    wrong = folder / "wrong.py"
    wrong.write_text(
        "import aoai\n\naoai.TrainingFileArgs(account=None, pth='x')\nreveal_type(aoai.JobWaiter)\n"
    )
    python = str(environment / "bin" / "python")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python]
    done = subprocess.run(
        [*command, "__main__.py", "wrong.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "MYPYPATH"},
    )
    assert "__main__.py" not in done.stdout, done.stdout
    assert 'Unexpected keyword argument "pth"' in done.stdout
    assert "job_waiter.JobWaiter" in done.stdout
