"""The machine that the tool runs on, and the errors of its three sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine.version import TESTED


class EngineError(Exception):
    """No engine was found and none can be had; the text has each reason, and what to install."""


class UnavailableError(Exception):
    """One source has no engine for this machine; the text is the reason."""


@dataclass(frozen=True)
class Machine:
    """The machine as the tool sees it.

    Attributes:
        environ: the environment variables.
        notify: shows a line to the user.
        interactive: whether the user watches a terminal, on which a counter can run.
    """

    environ: Mapping[str, str]
    notify: Callable[[str], None]
    interactive: bool = False

    @property
    def path(self) -> str:
        """The directories in which programs are looked for."""
        return self.environ.get("PATH", os.defpath)

    @property
    def home(self) -> Path:
        """The user's home directory."""
        return Path(self.environ.get("HOME") or Path.home())

    @property
    def cache(self) -> Path:
        """The directory of the engine that is downloaded or built for this user."""
        base = Path(self.environ.get("XDG_CACHE_HOME") or self.home / ".cache")
        return base / "aoai-finetune" / f"pulumi-{TESTED}"


Source = Callable[[Path, Machine], Path]
"""Gets an engine into an empty directory; returns its place there. Raises UnavailableError."""


def this_machine() -> Machine:
    """The machine as it is; lines for the user go to stderr."""
    return Machine(os.environ, lambda line: print(line, file=sys.stderr), sys.stderr.isatty())


def duration(seconds: float) -> str:
    """Seconds as minutes and seconds, for example ``2 min 05 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
