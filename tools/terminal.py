"""A terminal as far as Pulumi's progress rows need one: text, styles, cursor up, erase line."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_PIECE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)|\x1b.")
_COLOUR = re.compile(r"38;5;(\d+)")
_NAMES = {"1": "bold", "4": "underlined"}

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one that /dev/tty names: programs look there for somebody who watches."""

Style = frozenset[str]
"""`bold`, `underlined`, and a colour of the sixteen as its number."""
Cell = tuple[str, Style]
PLAIN: Style = frozenset()
BLANK: Cell = (" ", PLAIN)


@dataclass(frozen=True)
class Run:
    """Characters of one style, from a column on."""

    column: int
    text: str
    style: Style


@dataclass
class Screen:
    """What has been written so far; lines that scrolled away are kept."""

    lines: list[list[Cell]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    style: Style = PLAIN

    def feed(self, sent: str) -> None:
        """Write what a program has sent; no sequence may be cut in two."""
        for codes, command, control, text in _PIECE.findall(sent):
            if text:
                self._write(text)
            elif control:
                self._control(control)
            elif command:
                self._command(codes, command)

    def text(self) -> str:
        """All lines, without styles."""
        return "\n".join("".join(char for char, _ in line).rstrip() for line in self.lines)

    def runs(self, row: int) -> Iterator[Run]:
        """A line as runs of one style; blank ones are left out."""
        line, start = self.lines[row], 0
        for end in range(1, len(line) + 1):
            if end == len(line) or line[end][1] != line[start][1]:
                text = "".join(char for char, _ in line[start:end])
                if text.strip():
                    yield Run(start, text, line[start][1])
                start = end

    def _write(self, text: str) -> None:
        line = self.lines[self.row]
        for char in text:
            cells: list[Cell] = [(char, self.style)]
            if unicodedata.east_asian_width(char) in "WF":
                cells.append(("", self.style))
            line.extend([BLANK] * (self.column - len(line)))
            line[self.column : self.column + len(cells)] = cells
            self.column += len(cells)

    def _control(self, char: str) -> None:
        self.column = 0
        if char == "\n":
            self.row += 1
            self.lines.extend([[]] * (self.row == len(self.lines)))

    def _command(self, codes: str, command: str) -> None:
        if command == "A":
            self.row = max(0, self.row - int(codes or 1))
        elif command == "K":
            del self.lines[self.row][self.column :]
        elif command == "m" and codes in ("", "0"):
            self.style = PLAIN
        elif command == "m":
            colour = _COLOUR.fullmatch(codes)
            self.style |= {colour[1] if colour else _NAMES[codes]}


def record(command: Sequence[str], columns: int, rows: int) -> Iterator[str]:
    """Run a command on a terminal of its own; what it writes, by lines.

    Raises:
        ChildProcessError: it ended with an error.
    """
    terminal, its_end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", _TAKE_TERMINAL, *command],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
    ) as process:
        os.close(its_end)
        pending = b""
        while sent := _read(terminal):
            whole, newline, pending = (pending + sent).rpartition(b"\n")
            yield (whole + newline).decode()
        yield pending.decode()
        os.close(terminal)
    if process.returncode:
        raise ChildProcessError(f"`{' '.join(command)}` ended with {process.returncode}")


def _read(terminal: int) -> bytes:
    """What has come; empty at the end, which Linux tells by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
