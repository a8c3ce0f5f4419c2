"""What a terminal shows while a file is read: one line, that fits, and then none."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from aoai.cli.progress import LARGE, Progress
from aoai.cli.terminal import Line, fitted

ROOT = Path(__file__).parents[2]


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """What stood on the line, one after the other."""
        return self.getvalue().split("\r")[1:]


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def columns(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def test_progress_is_shown_when_it_changes_and_taken_away(tmp_path: Path) -> None:
    terminal = Terminal()
    line = Line(terminal, {}, columns=80)
    path = sparse(tmp_path / "train.jsonl", LARGE)
    progress = Progress(line)
    for read in (0, 1, LARGE // 2, LARGE, LARGE + 1):
        progress.reading(path, read)
    line.clear()
    *shown, blank, end = terminal.lines()
    assert [text.partition("[")[0] for text in shown] == [
        "  0% of 20 MB ",
        " 50% of 20 MB ",
        "100% of 20 MB ",
    ]
    assert (blank, end) == (" " * 79, "")


@pytest.mark.parametrize("name", ["a" * 200, "数" * 60, "short"])
@pytest.mark.parametrize("width", [1, 10, 40, 80, 200])
def test_the_line_never_wraps(name: str, width: int, tmp_path: Path) -> None:
    terminal = Terminal()
    line = Line(terminal, {}, columns=width)
    Progress(line).reading(sparse(tmp_path / name, LARGE), LARGE // 3)
    line.clear()
    assert terminal.lines()
    assert max(map(columns, terminal.lines())) < max(width, 2)


def test_a_small_file_shows_nothing(tmp_path: Path) -> None:
    terminal = Terminal()
    line = Line(terminal, {}, columns=80)
    Progress(line).reading(sparse(tmp_path / "train.jsonl", LARGE - 1), 5)
    line.clear()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("stream", "environment"),
    [(None, {}), (io.StringIO(), {}), (Terminal(), {"TERM": "dumb"})],
)
def test_nothing_is_shown_where_no_line_can_be_written_over(
    stream: io.StringIO | None, environment: dict[str, str], tmp_path: Path
) -> None:
    line = Line(stream, environment)
    Progress(line).reading(sparse(tmp_path / "train.jsonl", LARGE), 5)
    line.clear()
    assert stream is None or stream.getvalue() == ""


def test_a_terminal_that_is_gone_stops_nobody() -> None:
    class Gone(Terminal):
        def flush(self) -> None:
            raise OSError(5, "Input/output error")

    line = Line(Gone(), {}, columns=80)
    line.show("text")
    line.clear()


def test_a_text_is_cut_or_filled_up_to_the_width() -> None:
    assert fitted("abc", 5) == "abc  "
    assert fitted("abcdef", 5) == "abcde"
    assert fitted("数据集", 5) == "数据 "
    assert fitted("abc", -1) == ""


def write_large(path: Path) -> Path:
    messages = [
        {"role": "user", "content": "lorem ipsum " * 100},
        {"role": "assistant", "content": "x"},
    ]
    row = json.dumps({"messages": messages}) + "\n"
    path.write_text(row * (LARGE // len(row) + 1))
    return path


class Pty:
    """The command on a terminal of 80 columns."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aoai.cli", "validate", *arguments],
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)

    def read(self) -> str:
        """What comes next; empty when all has come."""
        assert select.select([self._ours], [], [], 60)[0], "nothing came for a minute"
        try:
            return os.read(self._ours, 4096).decode()
        except OSError:  # what Linux says when the other side is closed
            return ""

    def end(self) -> tuple[str, str, int]:
        """The rest of the terminal's, the standard output and the exit code."""
        rest = "".join(iter(self.read, ""))
        os.close(self._ours)
        output, _ = self.process.communicate(timeout=60)
        return rest, output, self.process.returncode


def test_a_real_terminal_shows_how_far_it_is_and_is_left_clean(tmp_path: Path) -> None:
    shown, output, code = Pty(str(write_large(tmp_path / f"{'long' * 30}.jsonl"))).end()
    assert code == 0
    assert "1 file, 0 errors" in output
    parts = re.findall(r"(\d+)% of 20 MB", shown)
    assert parts == sorted(parts, key=int)
    assert len(parts) > 5
    assert "\n" not in shown
    assert max(map(len, shown.split("\r"))) < 80
    assert shown.endswith(f"\r{' ' * 79}\r")


def test_an_interrupted_reading_leaves_a_clean_line_and_no_traceback(tmp_path: Path) -> None:
    command = Pty(*[str(write_large(tmp_path / "train.jsonl"))] * 50)
    first = command.read()
    command.process.send_signal(signal.SIGINT)
    rest, output, code = command.end()
    assert (output, code) == ("", 130)
    assert (first + rest).endswith(f"\r{' ' * 79}\r")
    assert "Traceback" not in first + rest
