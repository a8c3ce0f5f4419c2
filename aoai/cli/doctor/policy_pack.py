"""Whether the engine can start a Python policy pack.

Since 3.221 the engine waits forever, Ctrl-C included, for a pack whose interpreter is missing: the
language host reports nothing when it cannot start the process. So this is checked first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

TIMEOUT = 4.0
"""Seconds for the pack's interpreter to answer; it takes a tenth of one."""

NEEDED = ("pulumi", "pulumi_policy")
"""What a pack's environment must have."""

LOCK_FILES = {"uv.lock": "uv", "poetry.lock": "poetry"}
"""Files by which the language host chooses another tool than ``virtualenv``, since 3.227."""

_FIND_MISSING = """
import importlib.util, sys
print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))
"""


def policy_pack_problem(
    pack: Path, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT
) -> str | None:
    """Look for what would keep the engine from starting a policy pack.

    Args:
        pack: the directory that is given to ``--policy-pack``.
        environ: the environment that the engine runs in.
        timeout: seconds for the pack's interpreter to answer.

    Returns:
        One line with the problem and what to do; None if there is no problem, or if the pack is
        written in another language than Python.
    """
    description = pack / "PulumiPolicy.yaml"
    try:
        options = _python_options(description)
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason: str | None = " ".join(str(error).split())
    else:
        reason = None if options is None else _environment_problem(pack, options, environ, timeout)
    return f"the policy pack cannot start ({description}): {reason}" if reason else None


def _python_options(description: Path) -> Mapping[str, str] | None:
    """The runtime options of a Python pack; None for another language."""
    content = yaml.safe_load(description.read_text(encoding="utf-8"))
    runtime = content.get("runtime") if isinstance(content, dict) else None
    if isinstance(runtime, str):
        runtime = {"name": runtime}
    named = runtime if isinstance(runtime, dict) else {}
    if "name" not in named:
        raise ValueError("it names no `runtime`")
    options = named.get("options")
    given = options if isinstance(options, dict) else {}
    return {str(k): str(v) for k, v in given.items()} if named["name"] == "python" else None


def _environment_problem(
    pack: Path, options: Mapping[str, str], environ: Mapping[str, str], timeout: float
) -> str | None:
    toolchain = options.get("toolchain", "")
    if toolchain in LOCK_FILES.values():
        found = shutil.which(toolchain, path=environ.get("PATH"))
        return None if found else f"its toolchain is {toolchain}, which is not on PATH; install it"
    if not toolchain and (lock := _lock_file(pack)):
        tool = LOCK_FILES[lock.name]
        if not shutil.which(tool, path=environ.get("PATH")):
            return (
                f"Pulumi since 3.227 takes {tool} for it because of {lock}, and {tool} is not on "
                "PATH; write `toolchain: pip` beside `virtualenv`"
            )
        return None
    if virtualenv := options.get("virtualenv"):
        interpreter = _interpreter(pack, virtualenv)
        if not interpreter.is_file():
            return _missing_environment(pack, interpreter)
    elif ambient := _ambient_python(environ):
        interpreter = ambient
    else:
        return "it names no virtualenv, and PATH has no python3; name one with pulumi-policy"
    return _import_problem(pack, interpreter, environ, timeout)


def _lock_file(pack: Path) -> Path | None:
    places = [pack.absolute(), *pack.absolute().parents]
    files = (place / name for name in LOCK_FILES for place in places)
    return next((file for file in files if file.exists()), None)


def _interpreter(pack: Path, virtualenv: str) -> Path:
    # The engine joins the two as text: the parent of a link is not the parent of its target.
    directory = Path(os.path.normpath(pack.absolute() / virtualenv))
    return directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _missing_environment(pack: Path, interpreter: Path) -> str:
    install = f"{interpreter} -m pip install {_requirements(pack)}"
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
    pack: Path, interpreter: Path, environ: Mapping[str, str], timeout: float
) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  the interpreter that the engine would start
            [interpreter, "-c", _FIND_MISSING, *NEEDED],
            cwd=pack,
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{interpreter} did not answer within {timeout:g} seconds"
    except OSError as error:
        return f"{interpreter}: {error.strerror}"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        return f"{interpreter} fails: {last}"
    if missing := " and ".join(done.stdout.split()):
        install = f"{interpreter} -m pip install {_requirements(pack)}"
        return f"{interpreter} has no {missing}; install it with `{install}`"
    return None


def _requirements(pack: Path) -> str:
    file = pack / "requirements.txt"
    return f"-r {file}" if file.is_file() else "pulumi-policy"
