"""A training file and its validation file, held against each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aoai.dataset import Report, Severity, compare, inspect
from aoai.errors import DatasetError


def example(number: int) -> dict[str, object]:
    user = {"role": "user", "content": f"Är {number} jämnt?"}
    return {"messages": [user, {"role": "assistant", "content": "Ja."}]}


def report(path: Path, examples: list[dict[str, object]], **style: bool) -> Report:
    path.write_text("".join(json.dumps(e, **style) + "\n" for e in examples))  # type: ignore[arg-type]
    return inspect(path, validation=True)


def test_files_without_a_common_example_have_no_finding(tmp_path: Path) -> None:
    training = report(tmp_path / "train.jsonl", [example(n) for n in range(20)])
    validation = report(tmp_path / "valid.jsonl", [example(n) for n in range(20, 30)])
    assert compare(training, validation).findings == ()


def test_common_examples_are_found_however_they_are_written(tmp_path: Path) -> None:
    training = report(tmp_path / "train.jsonl", [example(n) for n in range(20)])
    others = [example(n) for n in range(18, 25)]
    validation = report(tmp_path / "valid.jsonl", others, ensure_ascii=False, sort_keys=True)
    comparison = compare(training, validation)
    assert comparison.overlap == 2
    (finding,) = comparison.findings
    assert (finding.code, finding.severity) == ("validation-overlap", Severity.WARNING)
    assert (finding.file, finding.line) == (str(tmp_path / "valid.jsonl"), 1)
    assert finding.message.startswith("2 of 7 examples are in train.jsonl too")


def test_another_format_is_an_error(tmp_path: Path) -> None:
    training = report(tmp_path / "train.jsonl", [example(1)])
    validation = report(tmp_path / "valid.jsonl", [{"prompt": "a", "completion": "b"}])
    (finding,) = compare(training, validation).findings
    assert (finding.code, finding.severity) == ("format-differs", Severity.ERROR)


def test_vision_data_may_be_validated_with_text(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    user = {"role": "user", "content": [image]}
    seen: dict[str, object] = {"messages": [user, {"role": "assistant", "content": "A cat."}]}
    training = report(tmp_path / "train.jsonl", [seen])
    validation = report(tmp_path / "valid.jsonl", [example(1)])
    assert training.format == "vision"
    assert compare(training, validation).findings == ()


def test_bad_lines_are_passed_over(tmp_path: Path) -> None:
    paths = tmp_path / "train.jsonl", tmp_path / "valid.jsonl"
    for path in paths:
        path.write_text("no JSON\n42\n" + json.dumps(example(1)) + "\n")
    training, validation = (inspect(path) for path in paths)
    assert compare(training, validation).overlap == 1


def test_examples_beyond_the_capacity_are_not_compared(tmp_path: Path) -> None:
    both = [example(n) for n in range(10)]
    training = report(tmp_path / "train.jsonl", both)
    validation = report(tmp_path / "valid.jsonl", both)
    assert compare(training, validation, capacity=4).overlap == 4


def test_a_file_that_changed_since_its_report_is_refused(tmp_path: Path) -> None:
    training = report(tmp_path / "train.jsonl", [example(1)])
    validation = report(tmp_path / "valid.jsonl", [example(2)])
    training.path.write_text(json.dumps(example(2)) + "\n")
    with pytest.raises(DatasetError, match="changed since it was checked"):
        compare(training, validation)


def test_other_fields_for_the_grader_are_a_warning_that_names_them(tmp_path: Path) -> None:
    def report(name: str, **fields: object) -> Report:
        path = tmp_path / name
        messages = [{"role": "user", "content": f"Of {name}?"}]
        path.write_text(json.dumps({"messages": messages, **fields}) + "\n")
        return inspect(path, method="reinforcement", validation=True)

    same = compare(report("a.jsonl", answer="1"), report("b.jsonl", answer="2"))
    assert same.findings == ()
    (finding,) = compare(
        report("a.jsonl", answer="1", unit="m"), report("b.jsonl", result="2", answer="2")
    ).findings
    assert finding.code == "validation-fields-differ"
    assert finding.message.startswith(
        'compared with the training file it lacks "unit" and has "result" besides;'
    )
