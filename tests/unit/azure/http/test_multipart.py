"""The upload's body: what was checked, or nothing."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest

from aoai.azure.authoring.files import FilesClient
from aoai.azure.http.local_file import LocalFile
from aoai.azure.http.multipart import FormBody, file_body
from aoai.errors import ConfigurationError, DatasetError
from tests.unit.azure.helpers import Answer, Rig

NAME = "train.jsonl"
BLOCK = 1024 * 1024


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def opened(path: Path, sha256: str) -> Iterator[FormBody]:
    with LocalFile(path, sha256) as file:
        yield file_body(file, NAME)


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_the_body_is_a_form_with_purpose_and_file(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "x"
    path.write_bytes(content)
    with opened(path, _sha256(content)) as body:
        sent = b"".join(body)
        assert len(sent) == len(body)
        head = b"Content-Type: " + body.content_type.encode() + b"\r\n\r\n"
    parts = message_from_bytes(head + sent).get_payload()
    assert isinstance(parts, list)
    purpose, file = parts
    assert purpose.get_payload() == "fine-tune"  # type: ignore[union-attr]
    assert file.get_filename() == NAME  # type: ignore[union-attr]
    assert content in sent


def test_no_piece_is_too_large_for_a_slow_line(tmp_path: Path) -> None:
    """Each has ten seconds, as long as a connection may take: at most 6.5 kB/s are needed."""
    path = tmp_path / "x"
    path.write_bytes(bytes(3 * BLOCK + 1))
    with opened(path, _sha256(bytes(3 * BLOCK + 1))) as body:
        sizes = [len(piece) for piece in body]
    assert max(sizes) == 64 * 1024
    assert sum(sizes) == len(body)


def test_it_can_be_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    with opened(path, _sha256(b"abc")) as body:
        first = b"".join(body)
        assert body.started
        body.rewind()
        assert not body.started
        assert b"".join(body) == first


@pytest.mark.parametrize("later", [b"", b"ab", b"abX", b"Xbc"])
def test_a_file_that_changes_meanwhile_breaks_the_request_off(tmp_path: Path, later: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    with opened(path, _sha256(b"abc")) as body:
        sent = [body.read()]
        path.write_bytes(later)
        with pytest.raises(DatasetError, match="no longer"):
            sent += list(body)
    assert len(b"".join(sent)) < len(body) - len(b"abc\r\n")


def test_lines_that_are_appended_meanwhile_are_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    with opened(path, _sha256(b"abc")) as body, path.open("ab") as more:
        more.write(b"def")
        more.flush()
        assert b"abc\r\n--" in b"".join(body)


def test_a_file_that_is_replaced_meanwhile_is_sent_as_it_was(tmp_path: Path) -> None:
    path, other = tmp_path / "x", tmp_path / "y"
    path.write_bytes(b"abc")
    other.write_bytes(b"xyz")
    with opened(path, _sha256(b"abc")) as body:
        other.replace(path)
        assert b"abc" in b"".join(body)


def test_a_changed_file_never_becomes_a_whole_request(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 3 * BLOCK)
    rig.server.route = lambda _request: Answer(201, {"id": "file-1"})
    with pytest.raises(DatasetError):
        FilesClient(rig.transport()).create_file(path, NAME, sha256=_sha256(b"other"))
    assert rig.server.requests == []


@pytest.mark.parametrize("kind", ["missing", "directory", "pipe", "empty", "unreadable name"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "empty":
        path.touch()
    elif kind == "unreadable name":
        path = tmp_path / "x\0y"
    with pytest.raises(DatasetError):
        LocalFile(path, _sha256(b""))


@pytest.mark.parametrize(
    "name", ["", "..", "../x", 'a"b', "a\r\nb", "a b", "ä", ".hidden", "x" * 201, "a\0b", "a/b"]
)
def test_a_hostile_name_never_reaches_the_wire(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    with LocalFile(path, _sha256(b"abc")) as file, pytest.raises(ConfigurationError):
        file_body(file, name)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(64 * BLOCK)
    digest = hashlib.sha256(bytes(64 * BLOCK)).hexdigest()
    with opened(path, digest) as body:
        tracemalloc.start()
        total = sum(len(block) for block in body)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert total == len(body)
    assert peak < 8 * BLOCK
