"""The local stack's state: repaired, after a killed run or a full disk, before the engine reads it.

The engine's file backend keeps a state, a copy of the one before (``.bak``), and a copy of each
update's result (``backups/``). A damaged state fails every command from then on, and copied over
the backup it would take that along. So the newest complete copy takes its place, and what was there
is kept beside it under another name.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.local_environment import LocalError

Notify = Callable[[str], None]
"""Shows a line to the user."""

STATES = (".json", ".json.gz")
META = "meta.yaml"
META_TEXT = "version: 1\n"
"""What the file backend writes; without it no stack is found."""

NEVER = datetime.min.replace(tzinfo=UTC)
"""When a state was taken that holds nothing yet."""


class StateError(LocalError):
    """A state is damaged, and so is each of its copies; the text has the paths and what to do."""


@dataclass(frozen=True)
class Lock:
    """The locks of a file backend: whether there are any, and whether a process holds one."""

    exists: bool
    held: bool

    @property
    def is_left_behind(self) -> bool:
        """Whether only a killed run's lock is there."""
        return self.exists and not self.held


def read_lock(backend: Path) -> Lock:
    """Look at the locks of all stacks of a file backend."""
    locks = list((backend / ".pulumi" / "locks").rglob("*.json"))
    return Lock(bool(locks), any(_holder_runs(lock) for lock in locks))


def _holder_runs(lock: Path) -> bool:
    try:
        os.kill(int(json.loads(lock.read_text())["pid"]), 0)
    except (ProcessLookupError, ValueError, KeyError, TypeError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return True


def repair(backend: Path, notify: Notify) -> None:
    """Put the newest complete copy in the place of each damaged state.

    What a killed run made after that copy is found in the service and adopted by the next run.
    While a process holds a lock, nothing is touched.

    Args:
        backend: the directory of a file backend.
        notify: shows a line to the user.

    Raises:
        StateError: a state and all its copies are damaged.
        OSError: the disk is full, for example; state and copies are as they were.
    """
    lock = read_lock(backend)
    if lock.held:
        return
    root = backend / ".pulumi"
    _repair_meta(root, notify)
    _set_history_aside(root, notify)
    for state in _states(root / "stacks"):
        # Without a lock, a state that is missing belongs to a stack that was removed.
        if state.exists() or lock.is_left_behind:
            _repair_state(root, state, notify)


def _states(stacks: Path) -> list[Path]:
    """Each state that is there or has a backup."""
    found = {path.with_name(path.name.removesuffix(".bak")) for path in stacks.rglob("*.json*")}
    return sorted(path for path in found if path.name.endswith(STATES))


def _repair_state(root: Path, state: Path, notify: Notify) -> None:
    taken = _taken_at(state)
    if taken is None:
        copy = next(_complete_copies(root, state), None)
        if copy is None:
            raise StateError(_nothing_left(root, state))
        _replace(state, copy)
        notify(f"the state {state.name} was damaged: its backup {copy.name} is used")
        return
    backup = state.with_name(f"{state.name}.bak")
    newer = _taken_at(backup)
    # By both clocks: `pulumi stack import` of an older state is newer as a file.
    if newer and taken < newer and state.stat().st_mtime_ns < backup.stat().st_mtime_ns:
        _replace(state, backup)
        notify(f"the state {state.name} was older than its backup, which is used")


def _complete_copies(root: Path, state: Path) -> Iterator[Path]:
    """The complete copies of a state, the newest first."""
    name = state.name.removesuffix(".gz").removesuffix(".json")
    folder = root / "backups" / state.parent.relative_to(root / "stacks") / name
    copies = [path for path in folder.glob(f"{name}.*.json*") if path.name.endswith(STATES)]
    newest_first = sorted(copies, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for copy in [state.with_name(f"{state.name}.bak"), *newest_first]:
        if _taken_at(copy) is not None:
            yield copy


def _taken_at(file: Path) -> datetime | None:
    """When a state was taken; None if the file is not complete."""
    try:
        raw = file.read_bytes()
        content: Any = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        latest = content["checkpoint"].get("latest") or {}
        time = (latest.get("manifest") or {}).get("time")
        return datetime.fromisoformat(time) if time else NEVER
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError):
        return None


def _replace(state: Path, copy: Path) -> None:
    """Put a copy of the copy in the state's place at once; what was there keeps another name."""
    stage = state.with_name(f"{state.name}.part")
    try:
        shutil.copyfile(copy, stage)
        with stage.open("rb+") as file:
            os.fsync(file.fileno())
        _set_aside(state)
        stage.replace(state)
    finally:
        stage.unlink(missing_ok=True)
    state.with_name(f"{state.name}.attrs").unlink(missing_ok=True)  # it has the old digest


def _set_aside(file: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if file.stat().st_size:
            number = sum(1 for _ in file.parent.glob(f"{file.name}.replaced-*")) + 1
            shutil.copyfile(file, file.with_name(f"{file.name}.replaced-{number}"))


def _repair_meta(root: Path, notify: Notify) -> None:
    meta = root / META
    if meta.exists() and "version" not in meta.read_text(errors="replace"):
        meta.write_text(META_TEXT)
        notify(f"{META} of the local state was damaged: it is written anew")


def _set_history_aside(root: Path, notify: Notify) -> None:
    """Rename damaged entries of the history: one of them fails `pulumi stack history`."""
    for entry in (root / "history").rglob("*.history.json"):
        try:
            json.loads(entry.read_bytes())
        except ValueError:
            entry.rename(entry.with_name(f"{entry.name}.damaged"))
            notify(f"an entry of the local history was damaged and is set aside: {entry.name}")


def _nothing_left(root: Path, state: Path) -> str:
    return (
        f"{state} is damaged, and so is each copy of it: {state.name}.bak and those in "
        f"{root / 'backups'}; restore one of them from elsewhere, or remove {root.parent.parent} "
        "and start anew: what the state held is then no longer managed"
    )
