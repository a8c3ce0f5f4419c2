"""Whether the engine can start a Python program or policy pack, judged by its environment.

``Pulumi.yaml`` and ``PulumiPolicy.yaml`` name the environment in the same way. What is read here is
what Pulumi's Python language host reads (``sdk/python/toolchain`` of pulumi/pulumi).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from aoai.cli.input_file import read_bounded

TIMEOUT = 4.0
"""Seconds for an interpreter to answer; it takes a tenth of one."""

LOCK_FILES = {"uv.lock": "uv", "poetry.lock": "poetry"}
"""Files by which the language host chooses another tool than ``virtualenv``, since 3.227."""

_FIND_MISSING = """
import importlib.util, sys
print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))
"""


@dataclass(frozen=True)
class Surroundings:
    """What the engine runs in.

    Attributes:
        environ: the environment variables.
        timeout: seconds for an interpreter to answer.
    """

    environ: Mapping[str, str]
    timeout: float = TIMEOUT


def environment_problem(
    description: Path, modules: Sequence[str], surroundings: Surroundings
) -> str | None:
    """Look for what would keep the engine from starting a program or a policy pack.

    Args:
        description: its ``Pulumi.yaml`` or ``PulumiPolicy.yaml``.
        modules: what its environment must have.
        surroundings: what the engine runs in.

    Returns:
        The problem and what to do, in one line; None if there is no problem, or if it is written in
        another language than Python.
    """
    try:
        options = _python_options(description)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        return " ".join(str(error).split())
    if options is None:
        return None
    return _problem(description.parent, options, modules, surroundings)


def _python_options(description: Path) -> Mapping[str, str] | None:
    """The runtime options of a Python program or pack; None for another language."""
    content = yaml.safe_load(read_bounded(description))
    runtime = content.get("runtime") if isinstance(content, dict) else None
    if isinstance(runtime, str):
        runtime = {"name": runtime}
    named = runtime if isinstance(runtime, dict) else {}
    if "name" not in named:
        raise ValueError("it names no `runtime`")
    options = named.get("options")
    given = options if isinstance(options, dict) else {}
    return {str(k): str(v) for k, v in given.items()} if named["name"] == "python" else None


def _problem(
    directory: Path, options: Mapping[str, str], modules: Sequence[str], surroundings: Surroundings
) -> str | None:
    toolchain = options.get("toolchain", "")
    if toolchain in LOCK_FILES.values():
        found = shutil.which(toolchain, path=surroundings.environ.get("PATH"))
        return None if found else f"its toolchain is {toolchain}, which is not on PATH; install it"
    if not toolchain and (lock := _lock_file(directory)):
        tool = LOCK_FILES[lock.name]
        if not shutil.which(tool, path=surroundings.environ.get("PATH")):
            return (
                f"Pulumi since 3.227 takes {tool} for it because of {lock}, and {tool} is not on "
                "PATH; write `toolchain: pip` beside `virtualenv`"
            )
        return None
    if virtualenv := options.get("virtualenv"):
        interpreter = _interpreter(directory, virtualenv)
        if not interpreter.is_file():
            return _missing_environment(directory, interpreter)
    elif ambient := _ambient_python(surroundings.environ):
        interpreter = ambient
    else:
        return (
            "it names no virtualenv, and PATH has no python3; name an environment that has pulumi"
        )
    return _import_problem(directory, interpreter, modules, surroundings)


def _lock_file(directory: Path) -> Path | None:
    places = [directory.absolute(), *directory.absolute().parents]
    files = (place / name for name in LOCK_FILES for place in places)
    return next((file for file in files if file.exists()), None)


def _interpreter(directory: Path, virtualenv: str) -> Path:
    # The engine joins the two as text: the parent of a link is not the parent of its target.
    environment = Path(os.path.normpath(directory.absolute() / virtualenv))
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _missing_environment(directory: Path, interpreter: Path) -> str:
    install = f"{interpreter} -m pip install {_requirements(directory)}"
    return (
        f"its virtualenv has no {interpreter}; make it with "
        f"`python3 -m venv {interpreter.parents[1]}` and `{install}`"
    )


def _ambient_python(environ: Mapping[str, str]) -> Path | None:
    """The interpreter that the language host takes where no environment is named."""
    names = [environ["PULUMI_PYTHON_CMD"]] if environ.get("PULUMI_PYTHON_CMD") else []
    found = (
        shutil.which(name, path=environ.get("PATH")) for name in names or ["python3", "python"]
    )
    return next((Path(program) for program in found if program), None)


def _import_problem(
    directory: Path, interpreter: Path, modules: Sequence[str], surroundings: Surroundings
) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  the interpreter that the engine would start
            [interpreter, "-c", _FIND_MISSING, *modules],
            cwd=directory,
            env=dict(surroundings.environ),
            capture_output=True,
            text=True,
            timeout=surroundings.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{interpreter} did not answer within {surroundings.timeout:g} seconds"
    except OSError as error:
        return f"{interpreter}: {error.strerror}"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        return f"{interpreter} fails: {last}"
    missing = done.stdout.split()
    return _missing_modules(directory, interpreter, missing) if missing else None


def _missing_modules(directory: Path, interpreter: Path, missing: Sequence[str]) -> str:
    install = "ensurepip" if "pip" in missing else f"pip install {_requirements(directory)}"
    names = " and ".join(missing)
    return f"{interpreter} has no {names}; install it with `{interpreter} -m {install}`"


def _requirements(directory: Path) -> str:
    file = directory / "requirements.txt"
    return f"-r {file}" if file.is_file() else "pulumi"
