"""``python -m tools.engine``: alone, twice at once, and killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.unit.fake_machine import Fake


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def test_the_directory_is_the_last_line_of_stdout_and_the_rest_is_on_stderr(fake: Fake) -> None:
    fake.add_go()
    with fake.run() as tool:
        out, errors = tool.communicate(timeout=60)
    assert (tool.returncode, out) == (0, f"{fake.cache}\n")
    assert "Building the engine from source" in errors


def test_without_any_source_the_tool_exits_with_1_and_no_traceback(fake: Fake) -> None:
    with fake.run() as tool:
        out, errors = tool.communicate(timeout=60)
    assert (tool.returncode, out) == (1, "")
    assert errors.count("\n  - ") == 3
    assert "Traceback" not in errors


def gate(fake: Fake) -> Path:
    """Make the fake Go stop in each build: it waits for a line on the gate."""
    path = fake.root / "gate"
    os.mkfifo(path)
    os.mkfifo(f"{path}.started")
    fake.add_go(FAKE_GATE=str(path))
    return path


def test_a_run_that_is_killed_leaves_nothing_that_the_next_one_takes(fake: Fake) -> None:
    path = gate(fake)
    with fake.run() as killed:
        Path(f"{path}.started").read_text()  # blocks until Go is at work
        killed.send_signal(signal.SIGKILL)
        killed.wait(timeout=60)
    assert not fake.cache.exists()
    assert len(list(fake.cache.parent.glob("*.part-*"))) == 1
    del fake.environ["FAKE_GATE"]
    with fake.run() as second:
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()  # for the Go that lost its parent
        path.write_text("on\n")
        assert second.communicate(timeout=60)[0] == f"{fake.cache}\n"
    assert list(fake.cache.parent.glob("*.part-*")) == []


def test_two_runs_at_once_build_once(fake: Fake) -> None:
    path = gate(fake)
    with fake.run() as first:
        Path(f"{path}.started").read_text()
        with fake.run() as second:
            assert second.stderr is not None
            assert (
                second.stderr.readline() == "Another run is getting the engine: waiting for it.\n"
            )
            path.write_text("on\n")
            Path(f"{path}.started").read_text()  # the second of the two builds
            path.write_text("on\n")
            answers = [tool.communicate(timeout=60)[0] for tool in (first, second)]
    assert answers == [f"{fake.cache}\n"] * 2
    assert len(fake.builds) == 2
