"""A fresh clone, as a newcomer has it, with an emulator of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aoai_emulator import Admin

from tests.repository import ROOT
from tools.engine import ensure_engine
from tools.local_environment import PACE
from tools.terminal import Terminal

KEPT = """SELECT DISTINCT kind FROM objects
    WHERE coalesce(json_extract(body, '$.status'), '') != 'deleted'"""
"""A file that was deleted is still known as such for a while."""


@dataclass
class Clone:
    """A clone of HEAD with this interpreter's environment, and what its emulator tells."""

    directory: Path
    pace: str = "immediate"

    def start(self, command: str, **options: Any) -> subprocess.Popen[str]:
        """Start a ``make`` command; ``-o`` keeps it from installing the dependencies again."""
        return subprocess.Popen(
            _make(command),
            cwd=self.directory,
            env=self.environment,
            text=True,
            **options,
        )

    def on_terminal(self, command: str, columns: int, rows: int) -> Terminal:
        """Start a ``make`` command on a terminal of its own."""
        return Terminal(
            _make(command),
            columns,
            rows,
            environment=self.environment,
            directory=self.directory,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Of a command, with the pace of the emulator."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        return {**kept, PACE: self.pace}

    def run(self, command: str) -> tuple[int, str]:
        """Run a ``make`` command to its end: exit code, and all that it printed."""
        with self.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            shown, _ = process.communicate(timeout=120)
        return process.returncode, shown

    @property
    def ready(self) -> Path:
        """Where the emulator says that it is ready, and how to reach it."""
        return self.directory / ".local" / "emulator" / "ready.json"

    def emulator(self) -> Admin:
        """The emulator that ``make up`` has started."""
        ready = json.loads(self.ready.read_text())
        return Admin(ready["url"], Path(ready["ca_file"]))

    def emulator_pid(self) -> int:
        return int(json.loads(self.ready.read_text())["pid"])

    def jobs(self) -> list[dict[str, Any]]:
        """All jobs of all accounts."""
        state = self.emulator().state()
        return [job for account in state.values() for job in account["jobs"]]

    def kept(self) -> set[str]:
        """The kinds of objects that are in the emulator's store."""
        store = self.ready.with_name("emulator.sqlite")
        with sqlite3.connect(store) as database:
            rows = database.execute(KEPT).fetchall()
        database.close()
        return {kind for (kind,) in rows}


def _make(command: str) -> list[str]:
    return [*shlex.split(command), "-o", ".venv/.ready"]


@contextlib.contextmanager
def clone(directory: Path, pace: str = "immediate") -> Iterator[Clone]:
    """A clone; its emulator is ended afterwards, if it still runs."""
    ensure_engine()
    subprocess.run([*shlex.split("git clone --quiet"), str(ROOT), str(directory)], check=True)
    (directory / ".venv").symlink_to(sys.prefix)
    made = Clone(directory, pace)
    try:
        yield made
    finally:
        if made.ready.exists():
            os.kill(made.emulator_pid(), signal.SIGTERM)
