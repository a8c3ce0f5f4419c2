"""Ranges of a file: proved to be the file that was checked, in flat memory."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from aoai.azure.http.local_file import LocalFile
from aoai.errors import DatasetError

CONTENT = b"".join(b"%06d\n" % number for number in range(10_000))


def no_progress(_count: int) -> None:
    """Not counted."""


@pytest.mark.parametrize("size", [1000, 69_999, 70_000, 70_001])
def test_ranges_are_the_whole_file_in_order(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    with LocalFile(path, hashlib.sha256(CONTENT).hexdigest()) as file:
        ranges = list(file.ranges(size))
        # In any order: each knows what comes before it.
        read = {each.start: b"".join(file.blocks(each, no_progress)) for each in reversed(ranges)}
    assert b"".join(read[start] for start in sorted(read)) == CONTENT
    assert all(len(content) <= size for content in read.values())


def test_the_last_range_of_another_file_never_comes(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    with LocalFile(path, hashlib.sha256(b"other").hexdigest()) as file:
        ranges = file.ranges(50_000)
        next(ranges)
        with pytest.raises(DatasetError, match="no longer"):
            next(ranges)


def test_a_part_that_changed_after_it_was_digested_is_not_sent_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    with LocalFile(path, hashlib.sha256(CONTENT).hexdigest()) as file:
        first, second, *_ = file.ranges(10_000)
        path.write_bytes(CONTENT[:15_000] + b"#" + CONTENT[15_001:])
        assert b"".join(file.blocks(first, no_progress)) == CONTENT[:10_000]
        with pytest.raises(DatasetError):
            list(file.blocks(second, no_progress))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size, block = 64 * 2**20, 2**20
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(size)
    digest = hashlib.sha256(bytes(size)).hexdigest()
    with LocalFile(path, digest) as local:
        tracemalloc.start()
        total = sum(
            len(each)
            for byte_range in local.ranges(16 * block)
            for each in local.blocks(byte_range, no_progress)
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert total == size
    assert peak < 4 * block
