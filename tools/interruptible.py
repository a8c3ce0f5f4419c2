"""Runs a command that ends in order when it is interrupted, and waits for that."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO


def run(
    command: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    output: IO[str] | None = None,
) -> int:
    """Run a command to its end, whatever interrupts it; its exit code.

    Ctrl-C reaches all processes of the terminal, this one among them, and SIGTERM only the one that
    it is sent to, so it is passed on. ``subprocess.run`` would kill the command soon after Ctrl-C.
    """
    process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM:
            process.send_signal(number)

    before = {each: signal.signal(each, pass_on) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        return process.wait()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
