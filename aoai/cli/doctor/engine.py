"""Whether there is an engine on PATH that runs this project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from aoai.cli.doctor.check import Check
from aoai.cli.doctor.engine_version import OLDEST, version_of

_INSTALL = "curl -fsSL https://get.pulumi.com | sh"
_TIMEOUT = 10.0  # seconds; it answers in half of one


def check_engine(environ: Mapping[str, str]) -> Check:
    """Look for ``pulumi`` on PATH, and ask it for its version."""
    found = shutil.which("pulumi", path=environ.get("PATH", os.defpath))
    if found is None:
        return _not_on_path(environ)
    version = version_of(Path(found), environ, _TIMEOUT)
    if version is None:
        return Check("fail", "engine", f"{found} does not report a version", _INSTALL)
    if not version.is_supported:
        needed = f"{OLDEST} or a later {OLDEST.major}.x is needed"
        return Check("fail", "engine", f"{found} is Pulumi {version}; {needed}", _INSTALL)
    return Check("ok", "engine", f"Pulumi {version} in {found}")


def _not_on_path(environ: Mapping[str, str]) -> Check:
    home = Path(environ.get("HOME") or Path.home()) / ".pulumi" / "bin"
    if shutil.which("pulumi", path=str(home)):
        fix = f'export PATH="{home}:$PATH"'
        return Check("fail", "engine", f"pulumi is in {home}, which is not on PATH", fix)
    return Check("fail", "engine", "PATH has no pulumi", _INSTALL)
