"""The local state is repaired from its copies after a killed run or a full disk."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.local_state import StateError, read_lock, repair

EARLIER = "2026-11-01T10:00:00.5Z"
LATER = "2026-11-01T11:00:00.123456789+00:00"


def checkpoint(time: str | None) -> str:
    latest = {"manifest": {"time": time}, "resources": []} if time else None
    return json.dumps({"version": 3, "checkpoint": {"stack": "local", "latest": latest}})


class Backend:
    """A file backend with one stack."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / ".pulumi"
        self.state = self.root / "stacks" / "aoai-finetune" / "local.json"
        self.backup = self.state.with_name("local.json.bak")
        self.backups = self.root / "backups" / "aoai-finetune" / "local"
        for folder in (self.state.parent, self.backups):
            folder.mkdir(parents=True)
        self.said: list[str] = []

    def repair(self) -> None:
        repair(self.directory, self.said.append)

    def lock(self, pid: int) -> None:
        lock = self.root / "locks" / "aoai-finetune" / "local" / "one.json"
        lock.parent.mkdir(parents=True)
        lock.write_text(json.dumps({"pid": pid}))

    def replaced(self) -> list[str]:
        return [path.read_text() for path in sorted(self.state.parent.glob("*.replaced-*"))]


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(tmp_path)


@pytest.fixture
def dead() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("kept", [0, 1, 2, 50, 100, len(checkpoint(LATER)) - 1])
def test_a_state_that_was_cut_off_anywhere_is_taken_from_its_backup(
    backend: Backend, kept: int
) -> None:
    backend.state.write_text(checkpoint(LATER)[:kept])
    backend.backup.write_text(checkpoint(EARLIER))
    backend.repair()
    assert backend.state.read_text() == checkpoint(EARLIER)
    assert backend.backup.read_text() == checkpoint(EARLIER)
    assert backend.said == ["the state local.json was damaged: its backup local.json.bak is used"]
    assert backend.replaced() == [checkpoint(LATER)[:kept]] * bool(kept)


@pytest.mark.parametrize("left", ["\n", "\0" * 512, "[]", '{"version": 3}', '"text"', "\x1f\x8b"])
def test_a_state_with_something_else_in_it_is_taken_from_its_backup(
    backend: Backend, left: str
) -> None:
    backend.state.write_text(left, encoding="latin-1")
    backend.backup.write_text(checkpoint(EARLIER))
    backend.repair()
    assert backend.state.read_text() == checkpoint(EARLIER)


def test_a_compressed_state_is_repaired_too(backend: Backend) -> None:
    state, whole = backend.state.with_name("local.json.gz"), checkpoint(EARLIER).encode()
    state.write_bytes(gzip.compress(whole)[:-9])
    state.with_name("local.json.gz.bak").write_bytes(gzip.compress(whole))
    backend.repair()
    assert gzip.decompress(state.read_bytes()) == whole


@pytest.mark.parametrize("time", [LATER, None])
def test_a_complete_state_is_left_alone(backend: Backend, time: str | None) -> None:
    backend.state.write_text(checkpoint(time))
    backend.backup.write_text(checkpoint(EARLIER)[:40])
    backend.repair()
    assert backend.state.read_text() == checkpoint(time)
    assert backend.said == []


def test_if_the_backup_is_damaged_too_the_newest_complete_copy_of_an_update_is_used(
    backend: Backend,
) -> None:
    backend.state.write_text("")
    backend.backup.write_text("{")
    for name, text in (("1", EARLIER), ("2", LATER), ("3", None)):
        copy = backend.backups / f"local.{name}.json"
        copy.write_text(checkpoint(text) if text else "{")
        os.utime(copy, (int(name), int(name)))
    (backend.backups / "local.3.json.attrs").write_text("{}")
    backend.repair()
    assert backend.state.read_text() == checkpoint(LATER)
    assert backend.said == ["the state local.json was damaged: its backup local.2.json is used"]


def test_if_all_copies_are_damaged_nothing_is_touched_and_the_error_has_their_place(
    backend: Backend,
) -> None:
    backend.state.write_text("{")
    backend.backup.write_text("{{")
    with pytest.raises(StateError, match=r"local\.json is damaged, and so is each copy of it"):
        backend.repair()
    assert (backend.state.read_text(), backend.backup.read_text()) == ("{", "{{")


def test_a_state_that_is_older_than_its_backup_is_taken_from_it(backend: Backend) -> None:
    backend.backup.write_text(checkpoint(LATER))
    backend.state.write_text(checkpoint(EARLIER))
    os.utime(backend.state, (1, 1))
    backend.repair()
    assert backend.state.read_text() == checkpoint(LATER)
    assert backend.replaced() == [checkpoint(EARLIER)]
    assert backend.said == ["the state local.json was older than its backup, which is used"]


def test_an_older_state_that_was_imported_on_purpose_stays(backend: Backend) -> None:
    backend.backup.write_text(checkpoint(LATER))
    os.utime(backend.backup, (1, 1))
    backend.state.write_text(checkpoint(EARLIER))
    backend.repair()
    assert backend.state.read_text() == checkpoint(EARLIER)


def test_a_state_that_is_missing_after_a_killed_run_is_taken_from_its_backup(
    backend: Backend, dead: int
) -> None:
    backend.backup.write_text(checkpoint(EARLIER))
    backend.lock(dead)
    backend.repair()
    assert backend.state.read_text() == checkpoint(EARLIER)


def test_a_stack_that_was_removed_does_not_come_back(backend: Backend) -> None:
    backend.backup.write_text(checkpoint(EARLIER))
    backend.repair()
    assert not backend.state.exists()


def test_a_state_that_a_running_engine_writes_is_not_touched(backend: Backend) -> None:
    backend.state.write_text("{")
    backend.backup.write_text(checkpoint(EARLIER))
    backend.lock(os.getpid())
    backend.repair()
    assert backend.state.read_text() == "{"
    assert read_lock(backend.directory).held


@pytest.mark.parametrize("text", ["", "{", '{"pid": null}', "[]"])
def test_a_lock_that_was_cut_off_is_one_that_was_left_behind(backend: Backend, text: str) -> None:
    backend.lock(1)
    next((backend.root / "locks").rglob("*.json")).write_text(text)
    assert read_lock(backend.directory).is_left_behind


@pytest.mark.parametrize("left", ["", "vers"])
def test_the_backends_own_file_is_written_anew_if_it_is_damaged(
    backend: Backend, left: str
) -> None:
    meta = backend.root / "meta.yaml"
    meta.write_text(left)
    backend.repair()
    assert meta.read_text() == "version: 1\n"
    backend.repair()
    assert len(backend.said) == 1


def test_a_damaged_entry_of_the_history_is_set_aside(backend: Backend) -> None:
    history = backend.root / "history" / "aoai-finetune" / "local"
    history.mkdir(parents=True)
    (history / "local-1.history.json").write_text("{}")
    (history / "local-2.history.json").write_text("{")
    backend.repair()
    assert [path.name for path in history.glob("*.history.json")] == ["local-1.history.json"]
    assert "local-2.history.json" in backend.said[0]


def test_a_full_disk_leaves_the_state_and_its_backup_as_they_are(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.state.write_text("{")
    backend.backup.write_text(checkpoint(EARLIER))
    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        backend.repair()
    assert (backend.state.read_text(), backend.backup.read_text()) == ("{", checkpoint(EARLIER))
    assert sorted(path.name for path in backend.state.parent.iterdir()) == [
        "local.json",
        "local.json.bak",
    ]


def full(_source: Path, _target: Path) -> None:
    raise OSError(28, "No space left on device")


def test_a_backend_that_holds_nothing_yet_is_fine(tmp_path: Path) -> None:
    repair(tmp_path, pytest.fail)
