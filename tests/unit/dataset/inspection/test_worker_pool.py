"""A file that is shared among processes gets the report that one process gives it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aoai.dataset import ESTIMATE, Report, Tokenizer
from aoai.dataset.decode.lines import Chunk
from aoai.dataset.decode.source import open_source
from aoai.dataset.inspection.formats import allowed_formats
from aoai.dataset.inspection.inspect import inspect_with
from aoai.dataset.inspection.scan import ScanOptions
from aoai.dataset.inspection.targets import formats_of, target_of
from aoai.dataset.inspection.worker import Checker, open_checker
from aoai.dataset.inspection.worker_pool import CannotShare, WorkerPool, cores, share, split
from aoai.dataset.inspection.worker_process import Assignment, Worker, start_process
from aoai.dataset.whole_file.duplicates import CAPACITY
from aoai.dataset.whole_file.grader_fields import GraderFields
from aoai.dataset.whole_file.totals import Totals
from aoai.errors import DatasetError

CORPUS = Path(__file__).parents[3] / "corpus"
MANIFEST: dict[str, dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
LINES = [
    line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_bytes().splitlines()[:3]
]
ALONE = WorkerPool(processes=1)
Start = Callable[[Assignment], AbstractContextManager[Worker]]


class Sometimes:
    """A worker that is busy every third time."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._free = cycle([True, True, False])

    def offer(self, part: Chunk) -> bool:
        free = next(self._free)
        if free:
            self._checker.check(part)
        return free

    def totals(self) -> Totals:
        return self._checker.totals()


@contextmanager
def within(order: Assignment) -> Iterator[Worker]:
    with open_checker(order) as checker:
        yield Sometimes(checker)


def pool(chunk_bytes: int, start: Start = within, processes: int = 3) -> WorkerPool:
    return WorkerPool(processes=processes, threshold=0, chunk_bytes=chunk_bytes, start=start)


def chat(question: str, answer: str = "Yes.", system: str | None = "Be brief.") -> bytes:
    messages = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]
    if system is not None:
        messages.insert(0, {"role": "system", "content": system})
    return json.dumps({"messages": messages}).encode()


def many(count: int) -> bytes:
    """Lines of which 5,000 differ."""
    numbers = (n % 5000 for n in range(count))
    return b"".join(chat(f"Is {n} a number?", "y" * (n % 97)) + b"\n" for n in numbers)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(many(3000))
    return path


def question(path: Path, keep: int = 100, **options: Any) -> ScanOptions:
    model, method = options.get("model"), options.get("method")
    allowed = allowed_formats(options.get("format"), method, formats_of(model))
    name = allowed[0] if len(allowed) == 1 else None
    return ScanOptions(str(path), keep, name, target_of(model, method))


def both(path: Path, asked: ScanOptions, shared: WorkerPool, validation: bool = False) -> Report:
    """The report by one process, after the one by several was found to be the same."""
    alone = inspect_with(ALONE, path, asked, validation=validation)
    report = inspect_with(shared, path, asked, validation=validation)
    assert report == alone
    assert list(report.counts) == list(alone.counts)
    return alone


def shares(
    path: Path, asked: ScanOptions, shared: WorkerPool, tokenizer: Tokenizer = ESTIMATE
) -> bool:
    with open_source(path) as source:
        try:
            share(source, path, asked, tokenizer, shared)
        except CannotShare:
            return False
        return source.bytes_read == source.size


ROWS = st.one_of(
    st.sampled_from(LINES),
    st.builds(
        chat,
        st.sampled_from(["Why?", "How?", "When?"]),
        st.sampled_from(["Yes.", "No.", " "]),
        st.sampled_from([None, "Be brief.", "Be kind."]),
    ),
    st.sampled_from([b"", b" ", b"\t", b"{", b"\xef\xbb\xbf{}", b"\xff"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(ROWS, max_size=40),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.booleans(),
    st.integers(16, 2000),
    st.sampled_from([0, 3, 100]),
    st.sampled_from([None, "chat", "preference", "reinforcement"]),
)
@example([], b"\n", b"", True, 16, 100, None)
@example([chat("Why?")] * 9 + [b""] * 3, b"\n", b"", True, 16, 3, None)
@example([chat("Why?", system=s) for s in (None, None, "a", "b")], b"\n", b"", True, 16, 3, None)
def test_several_processes_report_what_one_reports(
    rows: list[bytes], end: bytes, start: bytes, last: bool, size: int, keep: int, name: str | None
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "train.jsonl"
        path.write_bytes(start + end.join(rows) + (end if last else b""))
        both(path, question(path, keep, format=name), pool(size))


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_a_file_of_the_corpus_has_the_same_report(name: str) -> None:
    asked = question(CORPUS / name, **MANIFEST[name].get("options", {}))
    both(CORPUS / name, asked, pool(16))


def test_most_files_of_the_corpus_are_really_shared() -> None:
    shared = sum(shares(CORPUS / name, question(CORPUS / name), pool(16)) for name in MANIFEST)
    assert shared > 100


@pytest.mark.parametrize("size", [16, 100, 5000, 10**9])
def test_parts_are_whole_lines_with_their_numbers_and_leave_nothing_out(
    path: Path, size: int
) -> None:
    data = path.read_bytes()
    with open_source(path) as source:
        parts = list(split(source, size))
    assert b"".join(data[part.start : part.stop] for part in parts) == data
    assert [part.line for part in parts] == [1 + data[: part.start].count(b"\n") for part in parts]
    assert all(data[part.start : part.start + 1] == b"{" for part in parts)
    assert len(parts) > 1
    assert all(part.stop - part.start < 2 * size + 1000 for part in parts)


def test_a_large_file_has_the_same_sample_of_duplicates(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(many(4 * CAPACITY))
    report = both(path, question(path), pool(100_000))
    assert report.counts["duplicate-example"] > 100
    assert [finding.more > 0 for finding in report.warnings] == [*[False] * 4, True] * 2


def test_a_line_over_the_cap_lies_across_many_blocks(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(many(200) + b'{"messages": "' + b"x" * (17 << 20) + b'"}\n' + many(200))
    asked = question(path)
    assert shares(path, asked, pool(1 << 14))
    report = both(path, asked, pool(1 << 14))
    assert (report.errors[0].code, report.errors[0].line) == ("line-too-long", 201)


def graded(count: int, *others: int, without: int = 0) -> bytes:
    """Reinforcement examples; these have another field for the grader, the first ones none."""
    rows: list[dict[str, object]] = [
        {
            "messages": [{"role": "user", "content": f"{n}?"}],
            "result" if n in others else "answer": n,
        }
        for n in range(count)
    ]
    for row in rows[:without]:
        row.popitem()
    return b"\n".join(json.dumps(row).encode() for row in rows)


def test_other_fields_for_the_grader_are_counted_over_all_parts(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(graded(300, 299))
    asked = question(path, method="reinforcement")
    assert shares(path, asked, pool(8000))
    (found,) = both(path, asked, pool(8000)).warnings
    assert (found.code, found.line) == ("grader-fields-differ", 300)
    path.write_bytes(graded(300, *range(200, 300), without=50))
    report = both(path, asked, pool(64))
    assert report.counts == {"grader-fields-differ": 1, "no-grader-field": 50}
    (found,) = (f for f in report.warnings if f.code == "grader-fields-differ")
    assert found.line == 201
    assert found.message.startswith("100 of 300 examples have other fields")


def test_parts_that_were_held_against_other_fields_are_not_added_up() -> None:
    one, other = GraderFields(), GraderFields()
    one.add({"answer": 1}, 1)
    other.add({"result": 1}, 2)
    assert not one.merge(other)
    assert GraderFields().merge(other)


def test_system_messages_that_start_late_and_differ_are_left_to_one_process(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    rows = [chat(f"{n}?", system=None if n < 50 else f"Be {n % 7}.") for n in range(300)]
    path.write_bytes(b"\n".join(rows))
    assert not shares(path, question(path), pool(64))
    assert both(path, question(path), pool(64)).counts["system-messages-differ"] == 1


def test_examples_that_are_too_long_are_found_by_the_estimate(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(many(300) + chat("w " * 200_000) + b"\n" + many(300))
    asked = question(path, model="gpt-4o-mini")
    assert both(path, asked, pool(5000)).counts["example-too-long"] == 1


def test_a_tokenizer_that_a_worker_cannot_have_leaves_the_file_to_one_process(
    tmp_path: Path,
) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(many(300) + (chat("w " * 40_000) + b"\n") * 20)
    unknown = Tokenizer("klingon", len)
    asked = question(path, model="gpt-4o-mini")
    assert not shares(path, asked, pool(5000), unknown)
    assert inspect_with(pool(5000), path, asked, unknown).counts["example-too-long"] == 20


def test_processes_report_what_one_process_reports(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"not JSON\n" * 3)
    shared = pool(1 << 13, start_process)
    assert shares(path, question(path), shared)
    assert both(path, question(path), shared).counts["invalid-json"] == 3


def test_a_process_that_dies_leaves_the_file_to_this_one(path: Path) -> None:
    started = []

    @contextmanager
    def start(order: Assignment) -> Iterator[Worker]:
        with start_process(order) as worker:
            os.kill(worker._process.pid, signal.SIGKILL)  # type: ignore[attr-defined]
            worker._process.wait()  # type: ignore[attr-defined]
            started.append(worker)
            yield worker

    assert both(path, question(path), pool(1 << 13, start)).examples == 3000
    assert len(started) == 2


def test_a_process_that_cannot_be_started_leaves_the_file_to_this_one(path: Path) -> None:
    @contextmanager
    def start(order: Assignment) -> Iterator[Worker]:
        raise CannotShare("no more processes")
        yield

    assert both(path, question(path), pool(1 << 13, start)).examples == 3000


@pytest.mark.parametrize("real", [False, True])
def test_a_file_that_changes_meanwhile_is_refused(path: Path, real: bool) -> None:
    @contextmanager
    def start(order: Assignment) -> Iterator[Worker]:
        path.write_bytes(path.read_bytes() + b"\n")
        with (start_process if real else within)(order) as worker:
            yield worker

    with pytest.raises(DatasetError, match=r"train\.jsonl: changed while it was read"):
        inspect_with(pool(1 << 13, start), path, question(path))


def test_a_worker_ends_when_the_process_that_started_it_is_killed(path: Path) -> None:
    with open_source(path) as source:
        order = Assignment(os.fsencode(path), source.identity, question(path, format="chat"), "")
    code = (
        "import msgspec, sys, time\n"
        "from aoai.dataset.inspection.worker_process import Assignment, start_process\n"
        "order = msgspec.json.decode(sys.argv[1], type=Assignment)\n"
        "with start_process(order) as worker:\n"
        "    print(worker._process.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    argument = msgspec.json.encode(order).decode()
    with subprocess.Popen([sys.executable, "-c", code, argument], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert ended(pid)


def ended(pid: int) -> bool:
    """Waits, by the kernel's word, for a process that is no child."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 30)[0])
    finally:
        os.close(handle)


def test_a_worker_imports_nothing_from_the_current_directory(path: Path) -> None:
    (path.parent / "msgspec.py").write_text("raise SystemExit(1)")
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        assert shares(path, question(path), pool(1 << 13, start_process))
    finally:
        os.chdir(before)


def test_small_files_and_single_cores_are_not_shared() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    assert WorkerPool(processes=2, threshold=10).takes(10)
    assert not WorkerPool(processes=2, threshold=10).takes(9)
    assert not ALONE.takes(10**12)
