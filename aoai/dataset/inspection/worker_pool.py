"""A large file, checked by several processes: who gets which lines, and what they found together.

This process reads and digests the file and counts its lines; on the way it hands out parts of some
megabytes, or checks one itself if nobody is free. Each worker reads its parts itself and says at
the end what it found in all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from aoai.dataset.decode.lines import BLOCK, Part
from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.inspection.scan import Question, Scan
from aoai.dataset.inspection.worker_process import CannotShare, Order, Worker, start_process
from aoai.dataset.tokens.tokenizer import Tokenizer

__all__ = ["CannotShare", "Crew", "cores", "share"]

MOST = 4
"""Processes: with more, the digest is what takes longest."""

# Large files of one process wait for each other: one alone has all cores at work.
_TURN = Lock()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Crew:
    """How a file is shared.

    Attributes:
        processes: this one and those that help it; one alone shares nothing.
        threshold: bytes of the smallest file that is shared.
        part_bytes: size of a part, about.
        start: starts a worker.
    """

    processes: int = field(default_factory=lambda: min(cores(), MOST))
    threshold: int = 64 << 20
    part_bytes: int = 2 << 20
    start: Callable[[Order], AbstractContextManager[Worker]] = start_process

    def takes(self, size: int) -> bool:
        """Whether a file of so many bytes is shared."""
        return self.processes > 1 and size >= self.threshold


def share(source: Source, path: Path, question: Question, tokenizer: Tokenizer, crew: Crew) -> Scan:
    """Read, digest and check a file together with a crew.

    Args:
        source: the file, just opened.
        path: of the file.
        question: what the lines are held against.
        tokenizer: as for ``inspect``.
        crew: who helps.

    Raises:
        CannotShare: one process has to do it all: the first lines do not show the format, a
            worker failed, or there are system messages or fields that cannot be compared.
        DatasetError: the disk fails, or the file changed.
    """
    with _TURN, open_source(path) as same, ExitStack() as stack:
        same.verify_identity(source.identity)
        parts = split(source, crew.part_bytes)
        scan = Scan(question, tokenizer)
        first = next(parts)
        scan.run(same.part(first), first.line)
        if scan.format is None:
            raise CannotShare("no format")
        settled = replace(question, format=scan.format, system=scan.totals.system.first)
        order = Order(os.fsencode(path), source.identity, settled, tokenizer.name)
        workers = [stack.enter_context(crew.start(order)) for _ in range(crew.processes - 1)]
        for part in parts:
            if not any(worker.offer(part) for worker in workers):
                scan.run(same.part(part), part.line)
        if not all(scan.totals.merge(worker.totals()) for worker in workers):
            raise CannotShare("not held against the same system message or fields")
        same.verify_identity(source.identity)
        return scan


def split(source: Source, size: int) -> Iterator[Part]:
    """Read a file; its parts, each as soon as it is read: a short one, then about this size.

    A part begins with ``{``, so that no run of blank lines and no byte order mark is cut; a file
    without such lines is one part.
    """
    start, line = 0, 1  # of the next part
    offset = ahead = least = 0  # of the block; lines between part and block; size of the next part
    for block in source.blocks(min(size, BLOCK)):
        cut = block.rfind(b"\n{") + 1 if offset + len(block) - start > least else 0
        if cut:
            yield Part(start, offset + cut, line)
            line += ahead + _line_ends(block[:cut])
            start, ahead, least = offset + cut, 0, size
        ahead += _line_ends(block[cut:])
        offset += len(block)
    yield Part(start, offset, line)


def _line_ends(block: bytes) -> int:
    """Their number; four times as fast as ``bytes.count`` where lines are long."""
    lines = BytesIO(block).readlines()
    return len(lines) - (not block.endswith(b"\n"))
