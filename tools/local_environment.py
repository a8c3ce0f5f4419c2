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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import certifi
import requests

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
EMULATOR = LOCAL / "emulator"
BACKEND = LOCAL / "state"
CA_BUNDLE = LOCAL / "ca-bundle.pem"
STACK = "local"

PACE = "AOAI_EMULATOR_PACE"
"""Environment variable: the pace of files, jobs and deployments; see ``--pace``."""

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""Environment variables that name the certificate authorities that programs trust."""

START_TIMEOUT = 20.0
"""Seconds for the emulator to answer; it takes less than one."""


PRIVATE_UMASK = 0o077
"""For what writes below ``.local``: states, copies of training data, the key that signs tokens."""


class LocalError(Exception):
    """The local stack cannot go on; the text has the next step."""


def make_private_directories(directories: Sequence[Path] = (LOCAL, EMULATOR, BACKEND)) -> None:
    """Make the local stack's directories, which are the user's alone, also those of older runs."""
    for directory in directories:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)


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
    make_private_directories()
    (EMULATOR / "ready.json").unlink(missing_ok=True)
    log = LOCAL / "emulator.log"
    pace = ["--pace", os.environ[PACE]] if PACE in os.environ else []
    # As Azure names no time, the provider polls after ten seconds; a local deployment takes two.
    soon = ["--set", "operation_retry_after=1"]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "aoai_emulator", "--state", str(EMULATOR), *pace, *soon],
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
    while _is_running(int(ready["pid"])) and time.monotonic() < deadline:
        time.sleep(0.1)
    return True


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def environment(engine: Path, emulator: dict[str, Any]) -> dict[str, str]:
    """Variables that point the engine, azure-identity and requests at the local stack.

    The certificates are those that the shell trusts already and the emulator's: pip and whatever
    else connects to other hosts goes on working in that shell.
    """
    bundle = write_ca_bundle(Path(emulator["ca_file"]), os.environ)
    certificates = {
        name: str(bundle)
        for name, value in emulator["environment"].items()
        if value == emulator["ca_file"]
    }
    return {
        "PATH": os.pathsep.join([str(engine), str(ROOT / ".venv/bin"), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": BACKEND.as_uri(),
        # The local state holds no secret; Pulumi wants a passphrase all the same.
        "PULUMI_CONFIG_PASSPHRASE": STACK,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AOAI_EMULATOR_URL": emulator["url"],
        **emulator["environment"],
        **certificates,
    }


def write_ca_bundle(emulators: Path, environ: Mapping[str, str], bundle: Path = CA_BUNDLE) -> Path:
    """Write one file with the certificate authorities of the shell and of the emulator.

    Args:
        emulators: the emulator's certificate authority.
        environ: names the shell's own bundle, if it has one; certifi's is used otherwise. A shell
            that has read ``.local/env`` names the one that is written here.
        bundle: the file to write.
    """
    named = (Path(environ[name]) for name in CA_VARIABLES if environ.get(name))
    shells = next((file for file in named if file.is_file()), Path(certifi.where()))
    text, added = shells.read_text(), emulators.read_text().strip()
    if added not in text:
        text = f"{text.rstrip()}\n{added}\n"
    write_private(bundle, text)
    return bundle


def write_private(path: Path, text: str) -> None:
    """Write a file that the user alone can read."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


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
    header = "# Points a shell at the local stack: source .local/env\n"
    write_private(path, header + "".join(lines))
    return path
