"""Use the user's engine or the cached one; get one into the cache if there is neither."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.engine.go_build import go_build
from tools.engine.installation import Engine, missing_parts, users_engine
from tools.engine.installer import DOWNLOAD_SITE, official_installer
from tools.engine.machine import (
    EngineError,
    Machine,
    Source,
    UnavailableError,
    duration,
    this_machine,
)
from tools.engine.version import TESTED, version_of

WHAT_TO_DO = f"""Do one of these, then run it again:
  - install Pulumi 3.216 or later and put it on PATH (https://www.pulumi.com/docs/install)
  - let this machine reach {DOWNLOAD_SITE}
  - install Go 1.25 or later (https://go.dev/doc/install), and set GOPROXY to a module proxy
    that this machine can reach"""


def ensure_engine(
    machine: Machine | None = None, sources: Sequence[Source] | None = None
) -> Engine:
    """Find an engine that runs this project; get one if there is none.

    Args:
        machine: the machine to look at; the real one by default.
        sources: where to get an engine, in order; Pulumi's installer, then Go by default.

    Raises:
        EngineError: there is none and none can be had.
    """
    machine = machine or this_machine()
    try:
        return users_engine(machine)
    except UnavailableError as unavailable:
        reasons = [str(unavailable)]
    if missing_parts(machine.cache, TESTED):
        machine.cache.parent.mkdir(parents=True, exist_ok=True)
        with _lock(machine):
            if missing_parts(machine.cache, TESTED):
                _get(machine, sources or (official_installer, go_build), reasons)
    return Engine(machine.cache, str(TESTED), f"as {reasons[0]}")


@contextlib.contextmanager
def _lock(machine: Machine) -> Iterator[None]:
    """Hold the lock on the cached engine; the system frees it when the process ends."""
    with Path(f"{machine.cache}.lock").open("w") as file:
        # Go inherits it, and so a build whose parent was killed keeps it until it ends.
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            machine.notify("Another run is getting the engine: waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _get(machine: Machine, sources: Sequence[Source], reasons: list[str]) -> None:
    """Get the engine from the first source that has it. The caller holds the lock."""
    cache, start = machine.cache, time.monotonic()
    machine.notify(f"No Pulumi engine yet ({reasons[0]}): getting version {TESTED}, once.")
    for left in cache.parent.glob(f"{cache.name}.part-*"):
        shutil.rmtree(left)  # of a run that was killed: nobody else holds the lock
    for source in sources:
        stage = Path(tempfile.mkdtemp(prefix=f"{cache.name}.part-", dir=cache.parent))
        try:
            made = source(stage, machine)
            _check(made, machine)
            shutil.rmtree(cache, ignore_errors=True)  # damaged, or it would have been used
            made.rename(cache)
        except UnavailableError as unavailable:
            reasons.append(str(unavailable))
        else:
            passed = duration(time.monotonic() - start)
            machine.notify(f"The engine is ready after {passed}: {cache}")
            return
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    listed = "\n".join(f"  {number}. {why}" for number, why in enumerate(reasons, 1))
    message = f"No Pulumi engine, and no way to get one:\n{listed}\n{WHAT_TO_DO}"
    raise EngineError(message)


def _check(made: Path, machine: Machine) -> None:
    if missing := missing_parts(made, TESTED):
        why = f"what was made lacks {', '.join(missing)}"
        raise UnavailableError(why)
    if version_of(made / "pulumi", machine.environ) != TESTED:
        why = f"what was made does not run here as pulumi {TESTED}"
        raise UnavailableError(why)
