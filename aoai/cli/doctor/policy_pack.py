"""Whether the engine can start a policy pack.

Since 3.221 the engine waits forever, Ctrl-C included, for a pack whose interpreter is missing: the
language host reports nothing when it cannot start the process. So this is checked first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from aoai.cli.doctor.python_environment import TIMEOUT, Surroundings, environment_problem

NEEDED = ("pulumi", "pulumi_policy")
"""What a pack's environment must have."""


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
    problem = environment_problem(description, NEEDED, Surroundings(environ, timeout))
    return f"the policy pack cannot start ({description}): {problem}" if problem else None
