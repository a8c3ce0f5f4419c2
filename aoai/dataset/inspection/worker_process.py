"""A worker as a process of its own: started, given chunks, asked, and ended in any case.

It is a fresh interpreter with a pipe to each side, never a fork: this may be a provider, with
threads and open connections. If this process is killed, the pipe ends, and so does the worker.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol, cast

import msgspec
from msgspec import Struct

from aoai.dataset.decode.lines import Chunk
from aoai.dataset.decode.source import Identity
from aoai.dataset.inspection.scan import ScanOptions
from aoai.dataset.whole_file.totals import Totals


class CannotShare(Exception):
    """The file has to be checked by one process."""


class Assignment(Struct, frozen=True):
    """The first message to a worker.

    Attributes:
        path: of the file.
        identity: of the file, which is to have it from beginning to end.
        options: what the lines are compared with; the format is known.
        vocabulary: name of the tokenizer; empty for the estimate.
    """

    path: bytes
    identity: Identity
    options: ScanOptions
    vocabulary: str


class Worker(Protocol):
    """Checks chunks of one file. Its methods raise CannotShare if it has failed."""

    def offer(self, chunk: Chunk) -> bool:
        """Let it check a chunk that comes after those before; False if it has enough to do."""

    def totals(self) -> Totals:
        """What was in all the chunks; nothing can be checked afterwards."""


_AHEAD = 3
"""Chunks that a worker is given at once, so that it never waits for this process."""


class _Process:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._to = cast("IO[bytes]", process.stdin)
        self._from = cast("IO[bytes]", process.stdout)
        self._waiting = 0

    def send(self, message: object) -> None:
        left = msgspec.json.encode(message) + b"\n"
        try:
            while left:  # a signal may cut a write short
                left = left[self._to.write(left) :]
        except OSError as error:
            raise CannotShare("a worker has ended") from error

    def offer(self, chunk: Chunk) -> bool:
        if self._waiting == _AHEAD:
            self._waiting -= self._done()
        if self._waiting == _AHEAD:
            return False
        self.send(chunk)
        self._waiting += 1
        return True

    def _done(self) -> int:
        """Chunks that were checked since it was last asked."""
        os.set_blocking(self._from.fileno(), False)
        answer = self._from.read(_AHEAD)
        os.set_blocking(self._from.fileno(), True)
        if answer == b"":
            raise CannotShare("a worker has ended")
        return len(answer or b"")

    def totals(self) -> Totals:
        self._to.close()
        answer = self._from.read()
        if self._process.wait():
            raise CannotShare("a worker has failed")
        return msgspec.msgpack.decode(answer[self._waiting :], type=Totals)

    def end(self) -> None:
        self._process.kill()
        with suppress(OSError):  # what could not be sent any more
            self._to.close()
        self._from.close()
        self._process.wait()


@contextmanager
def start_process(assignment: Assignment) -> Iterator[Worker]:
    """Start a worker; it is gone when the context ends.

    Raises:
        CannotShare: no process can be started.
    """
    # It imports what this process would, and nothing from a directory that it happens to be in.
    roots = [str(Path(__file__).parents[3]), *filter(None, sys.path)]
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "aoai.dataset.inspection.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(roots)},
        )
    except (OSError, ValueError) as error:
        raise CannotShare("no process can be started") from error
    worker = _Process(process)
    try:
        worker.send(assignment)
        yield worker
    finally:
        worker.end()
