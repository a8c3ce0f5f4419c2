"""The line of a program that is ended before its jobs are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aoai.resources.interruption import line_for

PROGRAM = """
import os, signal, sys
from aoai.resources.interruption import LastLine
how, terminal, *lines = sys.argv[1:]
last = LastLine(terminal)
for line in lines:
    last.set(line)
if how != "end":
    os.killpg(os.getpgrp(), getattr(signal, how)) if how == "SIGINT" else os.kill(os.getpid(), 9)
"""


def ended(how: str, *lines: str, terminal: Path | str = "/dev/null") -> str:
    """What a program prints that gives itself last lines and ends."""
    command = [sys.executable, "-c", PROGRAM, how, str(terminal), *lines]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=120,  # only a guard: the import alone takes seconds on a machine that is busy
        check=False,
        start_new_session=True,
    )
    return done.stdout


@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_the_last_line_is_printed_however_the_program_ends(how: str) -> None:
    assert ended(how, "first", "tutor: it's 100 % \\n done") == "tutor: it's 100 % \\n done\n"


def test_an_empty_line_is_not_printed() -> None:
    assert ended("end", "first", "") == ""


def test_the_live_line_is_erased_before(tmp_path: Path) -> None:
    terminal = tmp_path / "tty"
    ended("SIGKILL", "done", terminal=terminal)
    assert terminal.read_bytes() == b"\x1b7\r\x1b[K\x1b8"


def test_the_line_names_the_jobs_that_go_on() -> None:
    assert line_for(["tutor", "reference"]) == (
        "reference, tutor: training goes on. Run again to wait for it; nothing is billed twice."
    )
    assert "Run again to go on" in line_for([])
