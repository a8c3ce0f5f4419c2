"""The report of one pass: facts of the file, findings, and files that are none."""

from __future__ import annotations

import hashlib
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from aoai.dataset import Finding, Report, Severity, inspect
from aoai.errors import ConfigurationError, DatasetError

SYSTEM = {"role": "system", "content": "Answer in one word."}


def example(question: str, answer: str = "Yes.") -> dict[str, object]:
    user = {"role": "user", "content": question}
    return {"messages": [SYSTEM, user, {"role": "assistant", "content": answer}]}


def lines(count: int = 120) -> list[str]:
    return [json.dumps(example(f"Is {number} a number?")) for number in range(count)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str | bytes, end: bytes = b"\n") -> Path:
        path = tmp_path / "train.jsonl"
        encoded = [row.encode() if isinstance(row, str) else row for row in rows]
        path.write_bytes(b"".join(row + end for row in encoded))
        return path

    return write


def codes(report: Report) -> dict[str, int]:
    return dict(report.counts)


def test_a_good_file_has_no_finding_and_its_own_digest(write: Callable[..., Path]) -> None:
    path = write(*lines())
    report = inspect(path)
    assert report.ok
    assert (report.format, report.examples, codes(report)) == ("chat", 120, {})
    assert report.bytes == path.stat().st_size
    assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_finding_says_file_line_place_and_what_to_write(write: Callable[..., Path]) -> None:
    bad = json.dumps({"messages": [{"role": "bot", "content": "Hi"}]})
    path = write(*lines(), bad)
    report = inspect(path)
    assert not report.ok
    first = report.errors[0]
    assert (first.code, first.line, first.path) == ("unknown-role", 121, "$.messages[0].role")
    said = '"bot" is none of: system, developer, user, assistant, tool; write "assistant".'
    assert str(first) == f"{path}:121: $.messages[0].role: {said}"


def test_all_problems_of_a_line_are_found_at_once(write: Callable[..., Path]) -> None:
    bad = json.dumps({"messages": [{"role": "user"}, {"role": "assistant", "weight": 2}], "x": 1})
    report = inspect(write(*lines(), bad))
    assert codes(report) == {
        "unknown-field": 1,
        "missing-field": 1,
        "bad-weight": 1,
        "missing-content": 1,
        "no-system-message": 1,
    }


def test_counts_are_complete_where_the_list_is_cut(write: Callable[..., Path]) -> None:
    report = inspect(write(*["not JSON"] * 50), keep=3)
    assert report.counts["invalid-json"] == 50
    assert [finding.line for finding in report.errors] == [1, 2, 3]


def test_no_message_quotes_more_than_forty_characters(write: Callable[..., Path]) -> None:
    secret = "s" * 500
    bad = json.dumps({"messages": [{"role": secret, secret: 1, "content": {secret: secret}}]})
    report = inspect(write(*lines(), bad))
    assert report.errors
    assert not any("s" * 41 in str(finding) for finding in (*report.errors, *report.warnings))


def test_a_text_that_was_shortened_is_still_quoted(write: Callable[..., Path]) -> None:
    bad = json.dumps({**example("Is ice cold?"), "x" * 1_000_000: 1})
    (error,) = inspect(write(bad), validation=True).errors
    assert error.path == f'$["{"x" * 35}..."]'


def test_very_many_problems_of_one_line_take_no_memory(write: Callable[..., Path]) -> None:
    path = write('{"messages": [' + ", ".join("0" * 20_000) + "]}")
    tracemalloc.start()
    try:
        report = inspect(path, keep=3)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.counts["wrong-type"] == 20_000
    assert peak < 3_000_000


def test_an_object_of_very_many_keys_is_looked_at_in_one_go(write: Callable[..., Path]) -> None:
    """Where each key is held against each other, this takes minutes."""
    keys = ", ".join(f'"{number}": 0' for number in range(100_000))
    path = write(f'{{"messages": [{{"role": "user", "content": "Hi"}}], {keys}, "7": 0}}')
    report = inspect(path, method="reinforcement", validation=True)
    assert codes(report) == {"duplicate-key": 1}


def test_a_byte_order_mark_crlf_and_a_missing_last_newline_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines()).encode())
    report = inspect(path)
    assert (report.bom, report.examples, codes(report)) == (True, 120, {})


def test_a_finding_is_an_error_or_a_warning(write: Callable[..., Path]) -> None:
    report = inspect(write(*lines(5), lines(1)[0]))
    assert [(finding.code, finding.severity) for finding in (*report.errors, *report.warnings)] == [
        ("too-few-examples", Severity.ERROR),
        ("duplicate-example", Severity.WARNING),
    ]
    assert (report.error_count, sum(report.counts.values())) == (1, 2)


def test_a_validation_file_may_be_small(write: Callable[..., Path]) -> None:
    assert codes(inspect(write(*lines(3)), validation=True)) == {}


def test_the_method_decides_the_format(write: Callable[..., Path]) -> None:
    report = inspect(write(*lines(10)), method="dpo")
    assert (report.format, codes(report)["wrong-format"]) == ("preference", 10)


@pytest.mark.parametrize("words", [{"format": "csv"}, {"method": "sft"}])
def test_an_unknown_format_or_method_is_refused(
    write: Callable[..., Path], words: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError, match="write one of"):
        inspect(write(*lines()), **words)  # type: ignore[arg-type]


def test_a_line_over_the_cap_is_refused_and_the_next_one_read(write: Callable[..., Path]) -> None:
    long = b'{"messages": "' + b"x" * (16 * 1024 * 1024) + b'"}'
    report = inspect(write(*lines(60), long, *lines(120)[60:]))
    assert codes(report) == {"line-too-long": 1}
    assert (report.errors[0].line, report.examples) == (61, 121)


def test_a_missing_file_is_named_with_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.jsonl: no such file; correct the path"):
        inspect(tmp_path / "gone.jsonl")


def test_a_directory_a_fifo_and_a_device_are_refused(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (tmp_path, fifo, Path("/dev/zero")):
        with pytest.raises(DatasetError, match="not a regular file"):
            inspect(path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        inspect(Path("a\0b"))


def test_a_file_that_changes_while_it_is_read_is_refused(write: Callable[..., Path]) -> None:
    path = write(*lines())
    os.utime(path, ns=(0, 0))
    from aoai.dataset.decode.source import open_source

    with open_source(path) as source:
        assert len(list(source.lines())) == 120
        source.verify_unchanged()
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(DatasetError, match="changed while it was read"):
            source.verify_unchanged()


def test_an_empty_file_is_an_error(write: Callable[..., Path]) -> None:
    report = inspect(write())
    assert codes(report) == {"empty-file": 1}
    assert isinstance(report.errors[0], Finding)


def test_every_example_with_another_system_message_is_counted(write: Callable[..., Path]) -> None:
    first = example("Is it first?")
    first["messages"][0] = {"role": "system", "content": [{"type": "text", "text": "Be kind."}]}  # type: ignore[index]
    report = inspect(write(json.dumps(first), *lines(150)))
    (finding,) = report.warnings
    assert (finding.code, finding.line) == ("system-messages-differ", 2)
    assert finding.message.startswith("150 of 151 examples have another system message")


def test_blank_lines_at_the_end_are_no_finding_and_others_come_by_line(
    write: Callable[..., Path],
) -> None:
    report = inspect(write("", *lines(120), " ", "", lines(1)[0], "", ""))
    assert [(finding.code, finding.line) for finding in report.warnings] == [
        ("blank-line", 1),
        ("blank-line", 122),
        ("duplicate-example", 124),
    ]
    assert codes(report) == {"blank-line": 2, "duplicate-example": 1}
