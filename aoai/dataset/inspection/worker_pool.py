"""A large file, checked by several processes: how its lines are shared, and the results merged.

This process reads and digests the file and counts its lines; on the way it hands out chunks of some
megabytes, or checks one itself if no worker is free. Each worker reads its chunks itself and
reports at the end what it found in all of them.
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

from aoai.dataset.decode.lines import BLOCK, Chunk
from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.inspection.scan import Scan, ScanOptions
from aoai.dataset.inspection.worker_process import Assignment, CannotShare, Worker, start_process
from aoai.dataset.tokens.tokenizer import Tokenizer

__all__ = ["CannotShare", "WorkerPool", "cores", "share"]

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
class WorkerPool:
    """How a file is shared.

    Attributes:
        processes: this one and those that help it; one alone shares nothing.
        threshold: bytes of the smallest file that is shared.
        chunk_bytes: size of a chunk, about.
        start: starts a worker.
    """

    processes: int = field(default_factory=lambda: min(cores(), MOST))
    threshold: int = 64 << 20
    chunk_bytes: int = 2 << 20
    start: Callable[[Assignment], AbstractContextManager[Worker]] = start_process

    def takes(self, size: int) -> bool:
        """Whether a file of this size is shared."""
        return self.processes > 1 and size >= self.threshold


def share(
    source: Source, path: Path, options: ScanOptions, tokenizer: Tokenizer, pool: WorkerPool
) -> Scan:
    """Read, digest and check a file together with a pool.

    Args:
        source: the file, just opened.
        path: of the file.
        options: what the lines are compared with.
        tokenizer: as for ``inspect``.
        pool: the processes.

    Raises:
        CannotShare: one process has to do it all: the first lines do not show the format, a
            worker failed, or there are system messages or fields that cannot be compared.
        DatasetError: the disk fails, or the file changed.
    """
    with _TURN, open_source(path) as same, ExitStack() as stack:
        same.verify_identity(source.identity)
        chunks = split(source, pool.chunk_bytes)
        scan = Scan(options, tokenizer)
        first = next(chunks)
        scan.run(same.chunk(first), first.line)
        if scan.format is None:
            raise CannotShare("no format")
        known = replace(options, format=scan.format, system=scan.totals.system.first)
        assignment = Assignment(os.fsencode(path), source.identity, known, tokenizer.name)
        workers = [stack.enter_context(pool.start(assignment)) for _ in range(pool.processes - 1)]
        for chunk in chunks:
            if not any(worker.offer(chunk) for worker in workers):
                scan.run(same.chunk(chunk), chunk.line)
        if not all(scan.totals.merge(worker.totals()) for worker in workers):
            raise CannotShare("compared with different system messages or fields")
        same.verify_identity(source.identity)
        return scan


def split(source: Source, size: int) -> Iterator[Chunk]:
    """Read a file; its chunks, each as soon as it is read: a short one, then about this size.

    A chunk begins with ``{``, so that no run of blank lines and no byte order mark is cut; a file
    without such lines is one chunk.
    """
    start, line = 0, 1  # of the next chunk
    least = 0  # bytes of the next chunk, at least
    offset = 0  # of the block
    ahead = 0  # line ends between the chunk's start and the block
    for block in source.blocks(min(size, BLOCK)):
        cut = block.rfind(b"\n{") + 1 if offset + len(block) - start > least else 0
        if cut:
            yield Chunk(start, offset + cut, line)
            line += ahead + _line_ends(block[:cut])
            start, ahead, least = offset + cut, 0, size
        ahead += _line_ends(block[cut:])
        offset += len(block)
    yield Chunk(start, offset, line)


def _line_ends(block: bytes) -> int:
    """Their number; four times as fast as ``bytes.count`` where lines are long."""
    lines = BytesIO(block).readlines()
    return len(lines) - (not block.endswith(b"\n"))
