"""The digest beside the reading is the digest."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from aoai.dataset import inspect
from aoai.dataset.decode.digest import BackgroundDigest
from aoai.dataset.decode.source import open_source
from aoai.errors import DatasetError


def hashing_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "digest"]


def test_blocks_give_the_digest_of_all_and_end_the_thread() -> None:
    blocks = [bytes([number]) * 1000 for number in range(100)]
    digest = BackgroundDigest()
    for block in blocks:
        digest.update(block)
    assert digest.hexdigest() == hashlib.sha256(b"".join(blocks)).hexdigest()
    digest.close()
    assert hashing_threads() == []


def test_a_large_file_is_hashed_beside_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'{"prompt": "a", "completion": "b"}\n' * 150_000)
    assert inspect(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert hashing_threads() == []


def test_a_reading_that_fails_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"x\n" * 3_000_000)
    with pytest.raises(DatasetError, match="Input/output error"), open_source(path) as source:
        next(iter(source.lines()))
        assert len(hashing_threads()) == 1
        raise OSError(5, "Input/output error")
    assert hashing_threads() == []
