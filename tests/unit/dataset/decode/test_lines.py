"""Lines do not depend on where the blocks of a file are cut."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from aoai.dataset.decode import lines
from aoai.dataset.decode.lines import lines_of
from aoai.dataset.limits import MAXIMUM_LINE_BYTES

MARK = b"\xef\xbb\xbf"
PIECES = st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b"\x0b", b"\x85", MARK, b"x" * 30])


def blocks_of(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data, cut at these offsets; the mark at its beginning is left whole, as in a file."""
    places = sorted({0, len(data), *(cut for cut in cuts if len(MARK) <= cut < len(data))})
    return [data[start:end] for start, end in pairwise(places)]


@given(st.lists(PIECES, max_size=60).map(b"".join), st.lists(st.integers(0, 500), max_size=30))
def test_lines_are_those_of_the_whole(data: bytes, cuts: list[int]) -> None:
    expected = io.BytesIO(data.removeprefix(MARK)).readlines()
    assert list(lines_of(blocks_of(data, cuts))) == expected


@given(st.lists(PIECES, max_size=60).map(b"".join), st.lists(st.integers(0, 500), max_size=30))
def test_of_a_long_line_only_the_beginning_is_given(data: bytes, cuts: list[int]) -> None:
    expected = [line[:21] for line in io.BytesIO(data.removeprefix(MARK)).readlines()]
    small = [
        block[at : at + 20] for block in blocks_of(data, cuts) for at in range(0, len(block), 20)
    ]
    with patch.object(lines, "MAXIMUM_LINE_BYTES", 20):
        assert list(lines_of(small)) == expected


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield bytes(1 << 18)

    tracemalloc.start()
    try:
        (line,) = lines_of(endless())
        assert tracemalloc.get_traced_memory()[1] < 3 * MAXIMUM_LINE_BYTES
    finally:
        tracemalloc.stop()
    assert len(line) == MAXIMUM_LINE_BYTES + 1
