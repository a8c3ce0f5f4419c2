"""An upload in parts, interrupted at every step and run again: one correct file, nothing left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.http.credentials import TokenSource
from aoai.errors import AoaiError, DatasetError
from tests.resources.uploading import FAULTS, Run, until

BEGIN, PART, COMPLETE = r"/uploads$", r"/parts$", r"/complete$"
STEPS = {"begin": BEGIN, "part": PART, "complete": COMPLETE}


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
    killed = run.start()
    try:
        until(lambda: REACHED[step, when](run))
    finally:
        killed.kill()
        killed.wait()
    run()
    assert run.is_well()
    if step == "part":
        assert [upload["status"] for upload in run.uploads()] == ["cancelled", "completed"]
