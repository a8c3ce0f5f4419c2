"""``python -m aoai.dataset.inspection.worker``: checks chunks of a file for another process.

It reads JSON lines: an ``Assignment``, then any number of ``Chunk``. It writes an empty line after
each chunk, and at the end of its input what it has found, as msgpack. If it fails, it ends with
code 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from aoai.dataset.decode.lines import Chunk
from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.inspection.scan import Scan
from aoai.dataset.inspection.worker_process import Assignment, CannotShare
from aoai.dataset.tokens.tokenizer import ESTIMATE, Tokenizer, tokenizer_named
from aoai.dataset.whole_file.totals import Totals


class Checker:
    """The work itself, in whatever process it is done."""

    def __init__(self, assignment: Assignment, source: Source) -> None:
        self._assignment = assignment
        self._source = source
        self._scan = Scan(assignment.options, _tokenizer(assignment))

    def check(self, chunk: Chunk) -> None:
        """Check a chunk that comes after those before."""
        self._scan.run(self._source.chunk(chunk), chunk.line)

    def totals(self) -> Totals:
        """What was in all the chunks, if the file is still the same."""
        self._source.verify_identity(self._assignment.identity)
        return self._scan.totals


@contextmanager
def open_checker(assignment: Assignment) -> Iterator[Checker]:
    """Open the file of an assignment.

    Raises:
        DatasetError: it cannot be read, or is another one.
    """
    with open_source(Path(os.fsdecode(assignment.path))) as source:
        source.verify_identity(assignment.identity)
        yield Checker(assignment, source)


def _tokenizer(assignment: Assignment) -> Tokenizer:
    """The tokenizer, loaded once an example needs it: that takes 100 MB and most never do."""
    if not assignment.vocabulary:
        return ESTIMATE

    @cache
    def load() -> Tokenizer:
        tokenizer = tokenizer_named(assignment.vocabulary)
        if tokenizer.name != assignment.vocabulary:
            raise CannotShare(f"no {assignment.vocabulary}")
        return tokenizer

    return Tokenizer(assignment.vocabulary, lambda text: load().count(text))


def main(requests: BinaryIO, answers: BinaryIO) -> None:
    """Check chunks until the input ends."""
    assignment = msgspec.json.decode(requests.readline(), type=Assignment)
    with open_checker(assignment) as checker:
        for line in requests:
            checker.check(msgspec.json.decode(line, type=Chunk))
            answers.write(b"\n")
            answers.flush()
        answers.write(msgspec.msgpack.encode(checker.totals()))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
