"""Commands on a terminal of their own, and what it shows then."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyte
from pyte.screens import Char

_KEPT = 5000
"""Lines that are kept when they have scrolled away."""

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one that /dev/tty names: programs look there for somebody who watches."""


@dataclass(frozen=True)
class Run:
    """Characters of one style, from a column on; ``style`` has no character of its own."""

    column: int
    text: str
    style: Char


Line = tuple[Char, ...]


class Screen:
    """What a terminal shows, and what has scrolled away.

    Args:
        columns: its width.
        rows: its height.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=_KEPT)
        self._stream = pyte.Stream(self._screen)

    def feed(self, sent: str) -> None:
        """Write what a program has sent."""
        self._stream.feed(sent)

    def view(self) -> str:
        """What can be seen now, without styles."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def lines(self) -> list[Line]:
        """All lines from the first on, without empty ones at the end."""
        shown = (self._screen.buffer[row] for row in range(self._screen.lines))
        lines = [self._line(cells) for cells in (*self._screen.history.top, *shown)]
        while lines and not plain(lines[-1]):
            lines.pop()
        return lines

    def text(self) -> str:
        """All lines, without styles."""
        return "\n".join(map(plain, self.lines()))

    def _line(self, cells: Mapping[int, Char]) -> Line:
        blank = self._screen.default_char
        return tuple(cells.get(column, blank) for column in range(self._screen.columns))


def plain(line: Line) -> str:
    """A line without styles and without blanks at its end."""
    return "".join(cell.data for cell in line).rstrip()


def runs(line: Line) -> Iterator[Run]:
    """A line as runs of one style; blank ones are left out."""
    styles = [cell._replace(data="") for cell in line]
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or styles[end] != styles[start]:
            text = "".join(cell.data for cell in line[start:end])
            if text.strip():
                yield Run(start, text, styles[start])
            start = end


class Terminal:
    """A command on a terminal of its own, which it is also the session leader of.

    Args:
        command: the command and its arguments.
        columns: the terminal's width.
        rows: its height.
        environment: of the command; this process's own if left out.
        directory: where the command runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int,
        rows: int,
        *,
        environment: Mapping[str, str] | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> None:
        self.command = command
        self._keyboard, its_end = pty.openpty()
        fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command],
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            start_new_session=True,
            env=environment,
            cwd=directory,
        )
        os.close(its_end)

    def output(self) -> Iterator[str]:
        """What the command writes, as it comes, until it ends."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            while sent := self._read():
                yield decoder.decode(sent)
            self.process.wait()
        finally:
            os.close(self._keyboard)  # hangs up, if it has not ended

    def press(self, keys: str) -> None:
        """Press keys; Ctrl-C is the character 3."""
        os.write(self._keyboard, keys.encode())

    def _read(self) -> bytes:
        """What has come; empty at the end, which Linux shows by an error."""
        try:
            return os.read(self._keyboard, 65536)
        except OSError:
            return b""


def record(command: Sequence[str], columns: int, rows: int) -> Iterator[str]:
    """Run a command on a terminal of its own; what it writes, as it comes.

    Raises:
        ChildProcessError: it ended with an error.
    """
    terminal = Terminal(command, columns, rows)
    yield from terminal.output()
    if code := terminal.process.returncode:
        raise ChildProcessError(f"`{' '.join(command)}` ended with {code}")
