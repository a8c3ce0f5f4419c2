"""The version of the Pulumi CLI that is tested, beside those that work."""

from __future__ import annotations

from pathlib import Path

from aoai.cli.doctor.engine_version import OLDEST, Version, version_of

__all__ = ["OLDEST", "TESTED", "Version", "version_of"]

TESTED = Version.parse((Path(__file__).resolve().parents[2] / ".pulumi.version").read_text())
"""The engine that is downloaded or built, and that the tests run on.

``.pulumi.version`` is the file that pulumi/actions reads (``pulumi-version-file``).
"""
