"""A program that is ended before its work leaves one line: what goes on, and how to take it up.

Ctrl-C, SIGTERM and a CI run that is cancelled end the engine's run, and so does a resource that
fails. The engine then ends the program: by SIGINT, on which Python would print a traceback, or by
SIGKILL, on which a program can print nothing. So the line is given beforehand to a shell that
outlives the program by a moment: it prints the last line it was given once its input ends.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType

import pulumi

from aoai.resources.live_line import ERASE, TERMINAL, EngineTerminal

_HOSTS_SCRIPT = "pulumi-language-python-exec"

_HAS_SHOWN_WHY = 32
"""Exit code with which the language host adds nothing: the program has shown why it ends."""

_SHELL = "/bin/sh"
_PRINT_LAST = r"""
last=
while IFS= read -r line; do last=$line; done
[ -z "$last" ] || { printf '%s' "$1" >"$2"; printf '%s\n' "$last"; }
"""


class LastLine:
    """A line that is printed when this process ends, however it ends; none if it is empty.

    Args:
        terminal: where the live line is erased before: a frame that is drawn for the last time, and
            has become shorter, leaves it behind.
    """

    def __init__(self, terminal: str | None = None) -> None:
        command = [_SHELL, "-c", _PRINT_LAST, _SHELL, ERASE, terminal or os.devnull]
        # In a group of its own: what ends the program is sent to the program's group.
        self._shell = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, bufsize=0, process_group=0
        )

    def set(self, line: str) -> None:
        """Print this one."""
        if self._shell.stdin is not None:
            with contextlib.suppress(OSError):
                self._shell.stdin.write(f"{line}\n".encode())


def line_for(jobs: Iterable[str]) -> str:
    """What goes on without the program.

    Args:
        jobs: the names of those that are waited for.
    """
    names = sorted(jobs)
    if not names:
        return "This run ended early. Run again to go on from here; nothing is billed twice."
    rest = "training goes on. Run again to wait for it; nothing is billed twice."
    return f"{', '.join(names)}: {rest}"


def end_in_one_line() -> None:
    """End this program with one line when it is interrupted; elsewhere, do nothing."""
    if _is_program() and signal.getsignal(signal.SIGINT) is not _end:
        signal.signal(signal.SIGINT, _end)
        signal.signal(signal.SIGTERM, _end)
        waits_for([])
        atexit.register(_end_by_itself)


def waits_for(jobs: Sequence[str]) -> None:
    """Let the line name these jobs."""
    _jobs[:] = jobs
    if _is_program() and not pulumi.runtime.is_dry_run():
        _last_line().set(line_for(jobs))


_jobs: list[str] = []


@functools.cache
def _last_line() -> LastLine:
    terminal = EngineTerminal.of_program()
    return LastLine(TERMINAL if terminal and terminal.columns() else None)


def _is_program() -> bool:
    """Whether this is a program that Pulumi runs in a process of its own."""
    in_host = any(Path(word).name == _HOSTS_SCRIPT for word in sys.orig_argv)
    return in_host and threading.current_thread() is threading.main_thread() and os.name == "posix"


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(_HAS_SHOWN_WHY)


def _end_by_itself() -> None:
    """A program that waits for no job has come to its end, or has shown why not."""
    if not _jobs and not pulumi.runtime.is_dry_run():
        _last_line().set("")
