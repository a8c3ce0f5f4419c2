"""The cache of reports: it answers for unchanged files only, and never stands in the way."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import run

import pytest

from aoai.dataset import compare, compare_cached, inspect, inspect_cached
from aoai.dataset.inspection.cache import ENTRIES, default_directory
from aoai.errors import DatasetError

LATER = 2**62


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    message = {"role": "assistant", "content": "Hi"}
    path.write_text("".join(json.dumps({"messages": [message]}) + "\n" for _ in range(12)))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def entries(cache: Path) -> list[Path]:
    return sorted(cache.iterdir()) if cache.is_dir() else []


def test_a_cached_report_equals_the_first(path: Path, cache: Path) -> None:
    first = inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    assert len(entries(cache)) == 1
    assert first == inspect(path)
    assert inspect_cached(path, cache_dir=cache) == first


def test_an_unchanged_file_is_not_read_again(path: Path, cache: Path) -> None:
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    (entry,) = entries(cache)
    stored = entry.read_bytes()
    entry.write_bytes(stored.replace(inspect(path).sha256.encode(), b"0" * 64))
    assert inspect_cached(path, cache_dir=cache).sha256 == "0" * 64


def test_a_changed_file_is_read_again(path: Path, cache: Path) -> None:
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    text = path.read_text().replace("Hi", "Ho")
    path.write_text(text)
    assert inspect_cached(path, cache_dir=cache) == inspect(path)


def test_another_question_about_the_same_file_is_another_entry(path: Path, cache: Path) -> None:
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    report = inspect_cached(path, method="dpo", cache_dir=cache, now=lambda: LATER)
    assert report.format == "preference"
    assert len(entries(cache)) == 2


def test_a_file_that_changed_a_moment_ago_is_not_remembered(path: Path, cache: Path) -> None:
    changed = path.stat().st_ctime_ns
    inspect_cached(path, cache_dir=cache, now=lambda: changed + 1)
    assert entries(cache) == []


@pytest.mark.parametrize("content", [b"", b"\x00", b"not a report", b"\x80"])
def test_a_broken_entry_is_ignored(path: Path, cache: Path, content: bytes) -> None:
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    (entry,) = entries(cache)
    entry.write_bytes(content)
    assert inspect_cached(path, cache_dir=cache) == inspect(path)


def test_a_cache_that_cannot_be_written_is_ignored(path: Path) -> None:
    impossible = path / "cache"  # below a file
    assert inspect_cached(path, cache_dir=impossible, now=lambda: LATER) == inspect(path)


def test_a_disk_that_is_full_is_ignored_and_nothing_is_left_there(path: Path, cache: Path) -> None:
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from aoai.dataset import inspect_cached\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))\n"
        "path, cache = map(Path, sys.argv[1:])\n"
        "print(inspect_cached(path, cache_dir=cache, now=lambda: 2**62).examples)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(cache)]
    done = run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("12\n", "")
    assert cache.is_dir()
    assert entries(cache) == []


def test_a_name_that_is_not_utf8_is_inspected_and_not_remembered(path: Path, cache: Path) -> None:
    odd = path.rename(path.with_name(os.fsdecode(b"caf\xe9.jsonl")))
    assert inspect_cached(odd, cache_dir=cache, now=lambda: LATER).examples == 12
    assert entries(cache) == []


def test_a_missing_file_is_not_answered_from_the_cache(path: Path, cache: Path) -> None:
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    path.unlink()
    with pytest.raises(DatasetError, match="no such file"):
        inspect_cached(path, cache_dir=cache)


def test_the_cache_is_outside_the_repository() -> None:
    assert default_directory({"XDG_CACHE_HOME": "/c"}) == Path("/c/aoai-finetune/reports")
    assert default_directory({"HOME": "/h"}) == Path("/h/.cache/aoai-finetune/reports")
    relative = {"XDG_CACHE_HOME": "here", "HOME": "/h"}
    assert default_directory(relative) == Path("/h/.cache/aoai-finetune/reports")
    assert str(os.getuid()) in str(default_directory({}))


def test_old_entries_make_room(path: Path, cache: Path) -> None:
    cache.mkdir()
    for number in range(ENTRIES + 5):
        entry = cache / f"{number}.msgpack"
        entry.touch()
        os.utime(entry, ns=(number, number))
    inspect_cached(path, cache_dir=cache, now=lambda: LATER)
    names = {entry.name for entry in entries(cache)}
    assert len(names) == ENTRIES
    assert not {f"{number}.msgpack" for number in range(6)} & names


def test_files_of_the_same_content_are_compared_once(path: Path, cache: Path) -> None:
    report = inspect(path, validation=True)
    first = compare_cached(report, report, cache_dir=cache)
    assert first == compare(report, report)
    path.write_text("other")
    assert compare_cached(report, report, cache_dir=cache) == first
    with pytest.raises(DatasetError, match="changed since it was checked"):
        compare(report, report)
