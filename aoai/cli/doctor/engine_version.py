"""Versions of the Pulumi CLI: which ones work, and what a CLI reports."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Version:
    """A release of the CLI; pre-releases count as the release that they precede."""

    major: int = 0
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read a version such as ``v3.276.0`` or ``3.300.0-dev.1``.

        Raises:
            ValueError: the text is no version.
        """
        match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
        if not match:
            raise ValueError(text)
        return cls(*map(int, match.groups()))

    @property
    def is_supported(self) -> bool:
        """Whether this project runs on that engine."""
        return self >= OLDEST and self.major == OLDEST.major


OLDEST = Version(3, 216)
"""The oldest engine that works: the first to take new inputs from a refresh, which shows drift."""


def version_of(program: Path, environ: Mapping[str, str], timeout: float = 30) -> Version | None:
    """Ask a Pulumi CLI for its version.

    Args:
        program: the ``pulumi`` executable.
        environ: the environment to run it in.
        timeout: seconds for it to answer.

    Returns:
        The version; None if the program does not run or reports something else.
    """
    try:
        output = subprocess.check_output(  # noqa: S603  the engine that the user would run
            [program, "version"],
            env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=timeout,
        )
        return Version.parse(output)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
