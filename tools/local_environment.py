"""The local stack's surroundings: the emulator's process, the state, the environment variables.

Everything of it is under ``.local/`` of the project; ``make down`` ends the process.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
EMULATOR = LOCAL / "emulator"
BACKEND = LOCAL / "state"
STACK = "local"

PACE = "AOAI_EMULATOR_PACE"
"""Environment variable: the pace of files, jobs and deployments; see ``--pace``."""

START_TIMEOUT = 20.0
"""Seconds for the emulator to answer; it takes less than one."""


class LocalError(Exception):
    """Something of the local stack cannot go on; the text says what to do."""


def running_emulator() -> dict[str, Any] | None:
    """What the emulator wrote when it was ready, if it is running and answers."""
    try:
        ready: dict[str, Any] = json.loads((EMULATOR / "ready.json").read_text())
        requests.get(f"{ready['url']}/_emulator/health", verify=ready["ca_file"], timeout=5)
    except (OSError, ValueError, KeyError):
        return None
    return ready


def start_emulator() -> dict[str, Any]:
    """The running emulator, started if there was none; it keeps its port and its state."""
    ready = running_emulator()
    if ready is not None:
        return ready
    EMULATOR.mkdir(parents=True, exist_ok=True)
    (EMULATOR / "ready.json").unlink(missing_ok=True)
    log = LOCAL / "emulator.log"
    pace = ["--pace", os.environ[PACE]] if PACE in os.environ else []
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "aoai_emulator", "--state", str(EMULATOR), *pace],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    return _await_emulator(process, log)


def _await_emulator(process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        ready = running_emulator()
        if ready is not None:
            return ready
        time.sleep(0.1)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["it printed nothing"]
    raise LocalError(f"the emulator did not start: {last[0]} (all of it: {log.relative_to(ROOT)})")


def stop_emulator() -> bool:
    """End the emulator; False if it was not running."""
    ready = running_emulator()
    if ready is None:
        return False
    os.kill(int(ready["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + START_TIMEOUT
    while _lives(int(ready["pid"])) and time.monotonic() < deadline:
        time.sleep(0.1)
    return True


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def environment(engine: Path, emulator: dict[str, Any]) -> dict[str, str]:
    """Variables that point the engine, azure-identity and requests at the local stack."""
    return {
        "PATH": os.pathsep.join([str(engine), str(ROOT / ".venv/bin"), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": BACKEND.as_uri(),
        # The local state holds no secret; Pulumi wants a passphrase all the same.
        "PULUMI_CONFIG_PASSPHRASE": STACK,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AOAI_EMULATOR_URL": emulator["url"],
        **emulator["environment"],
    }


def write_environment(variables: dict[str, str]) -> Path:
    """Write ``.local/env``, for ``source .local/env`` in a shell of the user's own."""
    lines = []
    for name, value in variables.items():
        text = shlex.quote(value)
        if name == "PATH":
            added = value.removesuffix(os.pathsep + os.environ["PATH"])
            text = shlex.quote(added) + ':"$PATH"'
        lines.append(f"export {name}={text}\n")
    path = LOCAL / "env"
    path.write_text("# Points a shell at the local stack: source .local/env\n" + "".join(lines))
    return path
