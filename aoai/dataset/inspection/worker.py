"""``python -m aoai.dataset.inspection.worker``: checks parts of a file for another process.

It reads JSON lines: an ``Order``, then any number of ``Part``. It writes an empty line after each
part, and at the end of its input what it has found, as msgpack. Any failure ends it with code 1.
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

from aoai.dataset.decode.lines import Part
from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.inspection.scan import Scan
from aoai.dataset.inspection.worker_process import CannotShare, Order
from aoai.dataset.tokens.tokenizer import ESTIMATE, Tokenizer, find_tokenizer
from aoai.dataset.whole_file.totals import Totals


class Checker:
    """The work itself, in whatever process it is done."""

    def __init__(self, order: Order, source: Source) -> None:
        self._order = order
        self._source = source
        self._scan = Scan(order.question, _tokenizer(order))

    def check(self, part: Part) -> None:
        """Check a part that comes after those before."""
        self._scan.run(self._source.part(part), part.line)

    def totals(self) -> Totals:
        """What was in all the parts, if the file is still the same."""
        self._source.verify_identity(self._order.identity)
        return self._scan.totals


@contextmanager
def open_checker(order: Order) -> Iterator[Checker]:
    """Open the file of an order.

    Raises:
        DatasetError: it cannot be read, or is another one.
    """
    with open_source(Path(os.fsdecode(order.path))) as source:
        source.verify_identity(order.identity)
        yield Checker(order, source)


def _tokenizer(order: Order) -> Tokenizer:
    """The tokenizer, loaded once an example needs it: that takes 100 MB and most never do."""
    if not order.vocabulary:
        return ESTIMATE

    @cache
    def load() -> Tokenizer:
        tokenizer = find_tokenizer(order.question.model)
        if tokenizer.name != order.vocabulary:
            raise CannotShare(f"no {order.vocabulary}")
        return tokenizer

    return Tokenizer(order.vocabulary, lambda text: load().count(text))


def main(orders: BinaryIO, answers: BinaryIO) -> None:
    """Work until there are no more orders."""
    order = msgspec.json.decode(orders.readline(), type=Order)
    with open_checker(order) as checker:
        for line in orders:
            checker.check(msgspec.json.decode(line, type=Part))
            answers.write(b"\n")
            answers.flush()
        answers.write(msgspec.msgpack.encode(checker.totals()))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
