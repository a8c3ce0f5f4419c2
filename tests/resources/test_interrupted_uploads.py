"""An upload in parts, interrupted at every step and run again: one correct file, nothing left."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aoai.azure.account import Account
from aoai.azure.connections import Connections, open_connections
from aoai.azure.credentials import TokenSource
from aoai.azure.files import File
from aoai.azure.pacing import Pacing, Timeouts
from aoai.azure.parts import Sending
from aoai.azure.submission import upload_file
from aoai.errors import AoaiError, DatasetError
from emulator import RunningEmulator
from tests.conftest import write_examples
from tests.repository import ROOT

NAME = "train-1a2b3c4d-5e6f70.jsonl"
BEGIN, PART, COMPLETE = r"/uploads$", r"/parts$", r"/complete$"
STEPS = {"begin": BEGIN, "part": PART, "complete": COMPLETE}
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    "429": {"kind": "status", "status": 429},
    "reset": {"kind": "reset"},
    "drop": {"kind": "drop"},
    "stall": {"kind": "stall"},
    "garbage": {"kind": "garbage"},
    "truncate": {"kind": "truncate"},
}


class Run:
    """One run after the other of the same upload, each as a process of its own would make it."""

    def __init__(
        self, azure: RunningEmulator, account: Account, tokens: TokenSource, directory: Path
    ) -> None:
        self.azure = azure
        self.account = account
        self.tokens = tokens
        self.path = write_examples(directory / "train.jsonl", count=500)
        self.content = self.path.read_bytes()
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.sending = Sending(large=0, part_size=10_000, threads=3, notes=directory / "notes")
        self.parts = -(-len(self.content) // self.sending.part_size)

    def __call__(self, **changes: Any) -> File:
        with self.connection() as connection:
            sending = replace(self.sending, **changes)
            return upload_file(
                connection.files, self.path, NAME, sha256=self.sha256, sending=sending
            )

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connections]:
        """New clients, for whom no time passes while they wait."""
        now = [0.0]

        def sleep(seconds: float) -> None:
            now[0] += seconds

        quick = Timeouts(connect=2.0, read=0.4, answer=10.0)
        pacing = Pacing(sleep=sleep, clock=lambda: now[0], timeouts=quick)
        connection = open_connections(self.account, self.tokens, pacing)
        yield connection
        connection.close()

    def uploads(self) -> list[dict[str, Any]]:
        return list(self.azure.state()[self.account.name]["uploads"])

    def is_well(self) -> bool:
        """One file of the right content, and no part of an upload that nobody completes."""
        with self.connection() as connection:
            (file,) = connection.files.list_files()
            content = connection.files.read_content(file.id)
        left = [upload for upload in self.uploads() if upload["parts"]]
        return (file.filename, content, left) == (NAME, self.content, [])


@pytest.fixture(scope="module")
def tokens(session_azure: RunningEmulator) -> TokenSource:
    return TokenSource(session_azure.url)


@pytest.fixture
def run(azure: RunningEmulator, sweden: Account, tokens: TokenSource, tmp_path: Path) -> Run:
    return Run(azure, sweden, tokens, tmp_path)


def test_parts_become_the_file_byte_for_byte(run: Run) -> None:
    assert run().bytes == len(run.content)
    assert run.is_well()
    sent = run.azure.requests(path=PART)
    assert len(sent) == run.parts > 3


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_once_is_got_over(run: Run, step: str, fault: str, when: str) -> None:
    run.azure.fail(**FAULTS[fault], path=STEPS[step], when=when, skip=2 if step == "part" else 0)
    run()
    assert run.is_well()
    assert run.azure.faults() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", ["500", "reset"])
@pytest.mark.parametrize("step", STEPS)
def test_a_run_whose_step_fails_for_good_is_made_good_by_the_next(
    run: Run, step: str, fault: str, when: str
) -> None:
    skip = 2 if step == "part" else 0
    run.azure.fail(**FAULTS[fault], path=STEPS[step], when=when, times=9999, skip=skip)
    with contextlib.suppress(AoaiError):
        # What was done although the answers were lost is found, and then nothing is wrong.
        run()
        assert run.is_well()
    assert [upload for upload in run.uploads() if upload["parts"]] == []
    run.azure.clear_faults()
    run()
    assert run.is_well()


def test_an_upload_that_expires_starts_over(run: Run) -> None:
    left = [1]

    def expire(sent: int, _total: int) -> None:
        if left and sent > 20_000:
            left.pop()
            run.azure.advance(hours=2, seconds=1)

    run(progress=expire)
    assert run.is_well()
    assert [upload["status"] for upload in run.uploads()] == ["expired", "completed"]


def test_a_file_that_changes_on_the_way_leaves_nothing(run: Run) -> None:
    def write(sent: int, _total: int) -> None:
        if sent > 20_000:
            run.path.write_bytes(run.content.replace(b"Answer", b"Anstwr"))

    with pytest.raises(DatasetError, match="no longer"):
        run(progress=write)
    assert run.azure.requests(path=COMPLETE) == []
    assert [upload["status"] for upload in run.uploads()] == ["cancelled"]


def test_an_interrupt_leaves_nothing(run: Run) -> None:
    def interrupt(sent: int, _total: int) -> None:
        if sent > 20_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=interrupt)
    assert [upload["status"] for upload in run.uploads()] == ["cancelled"]
    run()
    assert run.is_well()


CODE = """
import json, sys
from pathlib import Path
from aoai.azure.account import Account
from aoai.azure.connections import connect
from aoai.azure.parts import Sending
from aoai.azure.submission import upload_file

account, path, name, sha256, size, notes = json.loads(sys.argv[1])
sending = Sending(large=0, part_size=size, threads=1, notes=Path(notes))
files = connect(Account.from_props(account)).files
upload_file(files, Path(path), name, sha256=sha256, sending=sending)
"""


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Look until it holds: the emulator works on while the one that asked is already gone."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline


# What the emulator has to show before the run is killed.
REACHED: dict[tuple[str, str], Callable[[Run], bool]] = {
    ("begin", "before"): lambda run: len(run.azure.requests(path=BEGIN)) == 1,
    ("begin", "after"): lambda run: len(run.uploads()) == 1,
    ("part", "before"): lambda run: len(run.azure.requests(path=PART)) == 3,
    ("part", "after"): lambda run: [each["parts"] for each in run.uploads()] == [3],
    ("complete", "before"): lambda run: len(run.azure.requests(path=COMPLETE)) == 1,
    ("complete", "after"): lambda run: [each["status"] for each in run.uploads()] == ["completed"],
}


@pytest.mark.parametrize(("step", "when"), REACHED)
def test_a_run_that_is_killed_is_made_good_by_the_next(run: Run, step: str, when: str) -> None:
    run.azure.fail("stall", path=STEPS[step], when=when, skip=2 if step == "part" else 0)
    sending = run.sending
    given = [run.account.to_props(), str(run.path), NAME, run.sha256, sending.part_size]
    killed = subprocess.Popen(
        [sys.executable, "-c", CODE, json.dumps([*given, str(sending.notes)])],
        cwd=ROOT,
        env={**os.environ},
    )
    try:
        until(lambda: REACHED[step, when](run))
    finally:
        killed.kill()
        killed.wait()
    run()
    assert run.is_well()
    if step == "part":
        assert [upload["status"] for upload in run.uploads()] == ["cancelled", "completed"]
