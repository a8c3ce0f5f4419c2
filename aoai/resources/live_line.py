"""A line of our own below the rows that Pulumi draws on a terminal.

Pulumi writes what a program logs into the last column of the resource's row, behind type and name,
and cuts the row at the terminal's width: at 100 columns nothing of it is left. The line below its
rows is free while it draws them: the cursor rests there between two frames, and a frame that needs
the line erases it (``treeRenderer.frame`` in ``pkg/backend/display/tree.go``, 3.220 and 3.25x). So
the line is written at the cursor, which is put back. Where the rows fill the whole screen, the
cursor rests in the last line, behind blanks; each frame erases ours, and it is written again.

Nothing is written unless Pulumi draws on this terminal, which it shows by raw mode: elsewhere its
rows are plain lines, which are not cut.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

REWRITTEN = 0.4
"""Seconds between two writes; Pulumi draws once a second, and when something happens."""

PS = "/bin/ps"
"""Where Linux and macOS have it; asked where there is no ``/proc``."""

TERMINAL = "/dev/tty"
_SAVE, _RESTORE = "\x1b7\r", "\x1b8"
ERASE = f"{_SAVE}\x1b[K{_RESTORE}"
"""What erases the line, wherever the rows end now."""
_LOCAL_MODES = 3  # index of the attributes that termios names lflag


class Terminal(Protocol):
    """What a live line needs of a terminal."""

    def columns(self) -> int:
        """Its width; 0 while nobody draws rows on it."""

    def write(self, text: str) -> None:
        """Write at once: what is written in two halves may have a frame between them."""


class EngineTerminal:
    """The terminal that the engine of this program draws on.

    Args:
        descriptor: the terminal, open for writing.
        group: the process group of the engine.
    """

    def __init__(self, descriptor: int, group: int) -> None:
        self._descriptor = descriptor
        self._group = group

    @classmethod
    def of_program(cls) -> EngineTerminal | None:
        """The one that this process was started from; None if there is none, as in CI."""
        group = _engine_group()
        if group is None:
            return None
        try:
            return cls(os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY), group)
        except OSError:
            return None

    def columns(self) -> int:
        """Its width; 0 unless the engine has it in the foreground, in raw mode."""
        try:
            raw = not termios.tcgetattr(self._descriptor)[_LOCAL_MODES] & termios.ICANON
            if raw and os.tcgetpgrp(self._descriptor) == self._group:
                return os.get_terminal_size(self._descriptor).columns
        except (OSError, termios.error):
            pass
        return 0

    def write(self, text: str) -> None:
        """Write in one call."""
        with contextlib.suppress(OSError):
            os.write(self._descriptor, text.encode())


def _engine_group() -> int | None:
    """The process group of the engine: of the first process above the language host's group."""
    host_group = os.getpgid(os.getppid())
    pid: int | None = os.getppid()
    with contextlib.suppress(ProcessLookupError):
        while pid and pid > 1:
            if (group := os.getpgid(pid)) != host_group:
                return group
            pid = _parent(pid)
    return None


def _parent(pid: int) -> int | None:
    """The parent of a process; None if this system does not tell."""
    try:
        # The name in parentheses may hold spaces; the state and the parent's id follow it.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        pass
    try:
        command = [PS, "-o", "ppid=", "-p", str(pid)]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        return int(listed.stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


class LiveLine:
    """Keeps a line in place until it is cleared.

    Args:
        terminal: where; None shows nothing.
    """

    def __init__(self, terminal: Terminal | None) -> None:
        self._terminal = terminal
        self._text: Callable[[int], str] | None = None
        self._shown = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def show(self, text: Callable[[int], str]) -> None:
        """Show what ``text`` gives for a width, and keep it there."""
        if self._terminal is None:
            return
        self._text = text
        self.write()
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep, daemon=True)
            self._thread.start()

    def clear(self) -> None:
        """Erase it; what has been cleared can be shown again."""
        self._text = None
        self.write()

    def end(self) -> None:
        """Leave it as it is and write no more."""
        self._ended.set()

    def write(self) -> None:
        """Write it once, over what was written before."""
        width = self._terminal.columns() if self._terminal else 0
        if not width or self._terminal is None or self._ended.is_set():
            return
        with self._lock:
            text = self._text(width - 1)[: width - 1] if self._text else ""
            if text or self._shown:
                # Blanks, not an erased rest: Pulumi may have written at the end of this line.
                blanks = min(max(len(text), self._shown), width - 1)
                self._terminal.write(f"{_SAVE}{text:<{blanks}}{_RESTORE}")
            self._shown = len(text)

    def _keep(self) -> None:
        while not self._ended.wait(REWRITTEN):
            self.write()
