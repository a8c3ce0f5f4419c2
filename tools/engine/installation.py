"""An installed engine: which executables it needs, and where the user's own one is."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.engine.machine import Machine, UnavailableError
from tools.engine.version import OLDEST, Version, version_of

PYTHON_HOST = (
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)
"""What an engine needs beside ``pulumi`` to run Python programs with dynamic resources."""

POLICY_LAUNCHER = "pulumi-analyzer-policy-python"
"""Starts Python policy packs before 3.221; since then ``pulumi-language-python`` does
(pulumi/pulumi#21684), and releases do not have this file."""

NO_POLICY_LAUNCHER = Version(3, 221)
"""The first release without ``POLICY_LAUNCHER``."""


@dataclass(frozen=True)
class Engine:
    """An engine that runs this project.

    Attributes:
        directory: what to put on PATH.
        version: the version of its CLI.
        reason: why this one is used, as the end of a sentence.
    """

    directory: Path
    version: str
    reason: str

    def __str__(self) -> str:
        home = Path.home()
        inside = self.directory.is_relative_to(home)
        shown = f"~/{self.directory.relative_to(home)}" if inside else self.directory
        return f"Pulumi {self.version} in {shown}, {self.reason}"


def python_host(version: Version) -> tuple[str, ...]:
    """The executables that a release needs beside ``pulumi``."""
    return PYTHON_HOST if version >= NO_POLICY_LAUNCHER else (*PYTHON_HOST, POLICY_LAUNCHER)


def missing_parts(directory: Path, version: Version) -> list[str]:
    """The executables of a release that a directory lacks, or that cannot be run there."""
    parts = ("pulumi", *python_host(version))
    return [part for part in parts if not os.access(directory / part, os.X_OK)]


def users_engine(machine: Machine) -> Engine:
    """Find the user's own engine: on PATH, or where Pulumi's installer puts it.

    Raises:
        UnavailableError: there is none, or this project does not run on it.
    """
    if found := shutil.which("pulumi", path=machine.path):
        return _checked(Path(found), "the first on PATH", machine)
    installed = machine.home / ".pulumi" / "bin"
    if found := shutil.which("pulumi", path=str(installed)):
        return _checked(Path(found), "where its installer puts it", machine)
    raise UnavailableError("PATH has no pulumi")


def _checked(program: Path, reason: str, machine: Machine) -> Engine:
    version = version_of(program, machine.environ)
    if version is None or not version.is_supported:
        is_what = version or "of an unknown version"
        why = f"{program} is {is_what}; 3.{OLDEST.minor} or a later 3.x is needed"
        raise UnavailableError(why)
    # A package manager may link pulumi alone into a directory of PATH.
    places = os.pathsep.join([str(program.parent), str(program.resolve().parent), machine.path])
    for part in python_host(version):
        if not shutil.which(part, path=places):
            why = f"{program} ({version}) has no {part} beside it"
            raise UnavailableError(why)
    return Engine(program.parent, str(version), reason)
