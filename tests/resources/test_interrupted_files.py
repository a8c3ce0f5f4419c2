"""A file sent in one piece, interrupted and run again, or by two runs at once: one file, read."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.http.credentials import TokenSource
from aoai.errors import AoaiError, DatasetError, OperationFailed
from tests.resources.cutting_proxy import cutting
from tests.resources.uploading import FAULTS, Run, until

LARGE = 1_000_000
CREATE, POLL = r"/openai/files$", r"/openai/files/file-"


@pytest.fixture(scope="module")
def tokens(session_azure: RunningEmulator) -> TokenSource:
    return TokenSource(session_azure.url)


@pytest.fixture
def run(azure: RunningEmulator, sweden: Account, tokens: TokenSource, tmp_path: Path) -> Run:
    azure.pace("polls:2", of="files")
    return Run(azure, sweden, tokens, tmp_path, large=LARGE)


def posts(run: Run) -> int:
    return len(run.azure.requests(path=CREATE, method="POST"))


def statuses(run: Run) -> list[str]:
    with run.connection() as connection:
        return [file.status for file in connection.files.list_files()]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("method", "path"), [("POST", CREATE), ("GET", CREATE), ("GET", POLL)])
def test_a_step_that_fails_once_is_got_over(
    run: Run, method: str, path: str, fault: str, when: str
) -> None:
    run.azure.fail(**FAULTS[fault], method=method, path=path, when=when)
    assert run().is_processed
    assert run.is_well()
    assert run.azure.faults() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", ["500", "reset", "garbage"])
@pytest.mark.parametrize(("method", "path"), [("POST", CREATE), ("GET", POLL)])
def test_a_run_whose_step_fails_for_good_is_made_good_by_the_next(
    run: Run, method: str, path: str, fault: str, when: str
) -> None:
    run.azure.fail(**FAULTS[fault], method=method, path=path, when=when, times=9999)
    with contextlib.suppress(AoaiError):
        run()
    run.azure.clear_faults()
    assert run().is_processed
    assert run.is_well()


# What the emulator has to show before the run is killed.
REACHED: dict[tuple[str, str, str], Callable[[Run], bool]] = {
    ("GET", CREATE, "after"): lambda run: bool(run.azure.requests(path=CREATE)),
    ("POST", CREATE, "before"): lambda run: posts(run) == 1,
    ("POST", CREATE, "after"): lambda run: statuses(run) == ["pending"],
    ("GET", POLL, "after"): lambda run: bool(run.azure.requests(path=POLL)),
}


@pytest.mark.parametrize(("method", "path", "when"), REACHED)
def test_a_run_that_is_killed_is_made_good_by_the_next(
    run: Run, method: str, path: str, when: str
) -> None:
    run.azure.fail("stall", method=method, path=path, when=when)
    killed = run.start()
    try:
        until(lambda: REACHED[method, path, when](run))
    finally:
        killed.kill()
        killed.wait()
    assert run().is_processed
    assert run.is_well()


def test_data_that_failed_after_a_run_was_killed_leaves_nothing(run: Run) -> None:
    """The service reads it once nobody is there any more to delete it."""
    run.azure.settings(invalid_data="file")
    run.path.write_bytes(b"{\n" * 20)
    run.sha256 = hashlib.sha256(run.path.read_bytes()).hexdigest()
    run.azure.fail("stall", path=POLL, when="after")
    killed = run.start()
    try:
        until(lambda: statuses(run) == ["running"])
    finally:
        killed.kill()
        killed.wait()
    run.azure.pace("immediate")
    assert statuses(run) == ["error"]
    with pytest.raises(OperationFailed, match="jsonl file failed"):
        run()
    assert statuses(run) == []


def test_a_file_that_changes_on_the_way_leaves_nothing(run: Run) -> None:
    def write(_sent: int, _total: int) -> None:
        run.path.write_bytes(run.content[:-1])

    run.path.write_bytes(run.content.replace(b"Answer", b"Anstwr"))
    with pytest.raises(DatasetError, match="no longer"):
        run(progress=write)
    assert statuses(run) == []


@pytest.mark.parametrize("large", [0, LARGE], ids=["in parts", "in one piece"])
def test_a_run_that_another_overtakes_takes_what_that_has_made(run: Run, large: int) -> None:
    run.sending = replace(run.sending, large=large)
    path = CREATE if large else r"/uploads$"
    run.azure.fail("hold", method="POST", path=path)
    overtaken = run.start()
    try:
        run.azure.wait_for(path, method="POST")
        first = run()
        run.azure.advance(seconds=2)
        run.azure.release()
        assert overtaken.wait(30) == 0
    finally:
        overtaken.kill()
        overtaken.wait()
    assert run.is_well()
    assert len(run.azure.requests(path=r"/complete$" if large == 0 else CREATE, method="POST")) == 2
    assert run().id == first.id


@pytest.mark.parametrize("large", [0, LARGE], ids=["in parts", "in one piece"])
def test_a_connection_that_is_cut_in_the_middle_of_a_body_is_got_over(run: Run, large: int) -> None:
    """Of parts of 10 kB, and of one piece of 90 kB, 7 kB get through before each cut."""
    run.sending = replace(run.sending, large=large, threads=1)
    with cutting(run.azure.url, [7000] * 3) as wire:
        run.account = replace(run.account, endpoint=f"{wire.url}/{run.account.name}")
        assert run().is_processed
        assert run.is_well()
        assert len(wire.passed) == 3
