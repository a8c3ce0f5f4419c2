"""The second source: Pulumi's own installer, through its Automation API."""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

from tools.engine.machine import Machine, UnavailableError
from tools.engine.version import TESTED

DOWNLOAD_SITE = "https://get.pulumi.com"
PROBE_SECONDS = 3.0
"""How long the download site has to answer."""


def official_installer(stage: Path, machine: Machine) -> Path:
    """Download the engine with Pulumi's installer, if its site answers at once.

    Raises:
        UnavailableError: the site cannot be reached, or the installer failed.
    """
    try:  # here, not at the top: it takes a second, and this package also runs without it
        from pulumi.automation import PulumiCommand  # noqa: PLC0415
        from pulumi.automation.errors import InvalidVersionError  # noqa: PLC0415
        from semver import VersionInfo  # noqa: PLC0415
    except ImportError:
        raise UnavailableError("this Python lacks the pulumi package, which installs it") from None
    address = f"{DOWNLOAD_SITE}/install.sh"
    try:
        with urllib.request.urlopen(address, timeout=PROBE_SECONDS):  # noqa: S310  a constant
            machine.notify(f"Downloading pulumi {TESTED} with its installer: about a minute.")
    except OSError:
        why = f"{DOWNLOAD_SITE} cannot be reached"
        raise UnavailableError(why) from None
    try:
        PulumiCommand.install(root=str(stage), version=VersionInfo.parse(str(TESTED)))
    except (OSError, subprocess.SubprocessError, InvalidVersionError) as failure:
        why = f"Pulumi's installer failed: {failure}"
        raise UnavailableError(why) from failure
    return stage / "bin"
