"""The environment of a project, as the engine finds it."""

from __future__ import annotations

import sys
from pathlib import Path

_PYTHON = """#!/bin/sh
[ "$2" = pip ] && echo "[]" && exit
exec {python} "$@"
"""


def without_packages(directory: Path) -> None:
    """This interpreter's environment, in which the engine finds no packages that need plugins.

    None of ours does, and pip's list of them takes more than a second of each run. Tests of fresh
    clones, of new projects and of the built wheel leave pip as it is.
    """
    scripts = directory / "bin"
    scripts.mkdir(parents=True)
    for program in Path(sys.executable).parent.iterdir():
        (scripts / program.name).symlink_to(program)
    for name in ("python", "python3"):
        (scripts / name).unlink(missing_ok=True)
        (scripts / name).write_text(_PYTHON.format(python=sys.executable))
        (scripts / name).chmod(0o755)
