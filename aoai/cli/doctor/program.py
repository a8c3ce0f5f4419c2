"""Whether the engine can start a program that uses this project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from aoai.cli.doctor.python_environment import TIMEOUT, Surroundings, environment_problem

NEEDED = ("pip", "pulumi", "aoai")
"""What a program's environment must have; by pip the language host lists the program's packages."""


def program_problem(
    project: Path, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT
) -> str | None:
    """Look for what would keep the engine from starting a program.

    Args:
        project: the directory with ``Pulumi.yaml``.
        environ: the environment that the engine runs in.
        timeout: seconds for the program's interpreter to answer.

    Returns:
        One line with the problem and what to do; None if there is no problem, or if the program is
        written in another language than Python.
    """
    description = project / "Pulumi.yaml"
    problem = environment_problem(description, NEEDED, Surroundings(environ, timeout))
    return f"the program cannot start ({description}): {problem}" if problem else None
