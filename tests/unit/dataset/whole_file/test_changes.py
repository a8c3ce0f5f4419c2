"""What changed between two versions of a file, of which the older is known by digests alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aoai.dataset import DataChange, data_change, example_digests
from aoai.dataset.whole_file.changes import CAPACITY


def chat(number: int, answer: str = "Yes.") -> str:
    user = {"role": "user", "content": f"Question {number}?"}
    return json.dumps({"messages": [user, {"role": "assistant", "content": answer}]})


def change(path: Path, before: list[str], after: list[str]) -> DataChange | None:
    digests = []
    for lines in (before, after):
        path.write_text("".join(f"{line}\n" for line in lines))
        digests.append(example_digests(path)[0])
    return data_change(*digests)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "train.jsonl"


def test_examples_are_kept_added_removed_and_changed(path: Path) -> None:
    before = [chat(n) for n in range(10)]
    after = [chat(0, "No."), *before[3:], chat(20), chat(21), chat(22)]
    assert change(path, before, after) == DataChange(kept=7, added=3, removed=2, changed=1)


def test_another_order_or_spelling_is_no_change(path: Path) -> None:
    before = [chat(n) for n in range(10)]
    after = [json.dumps(json.loads(line), indent=None, separators=(",", ":")) for line in before]
    assert change(path, before, after[::-1]) == DataChange(10, 0, 0, 0)


def test_equal_examples_are_counted_each(path: Path) -> None:
    assert change(path, [chat(1)] * 3, [chat(1)] * 2) == DataChange(2, 0, 1, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"prompt": "a", "completion": "b"}, {"prompt": "a", "completion": "c"}),
        (
            {"input": {"messages": [{"role": "user", "content": "a"}]}, "preferred_output": []},
            {"input": {"messages": [{"role": "user", "content": "a"}]}, "preferred_output": [1]},
        ),
        (
            {"messages": [{"role": "user", "content": "a"}], "answer": 1},
            {"messages": [{"role": "user", "content": "a"}], "answer": 2},
        ),
        (
            {"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "a"}]},
            {"messages": [{"role": "system", "content": "y"}, {"role": "user", "content": "a"}]},
        ),
    ],
)
def test_the_same_question_with_something_else_is_a_change_in_every_format(
    path: Path, before: object, after: object
) -> None:
    assert change(path, [json.dumps(before)], [json.dumps(after)]) == DataChange(0, 0, 0, 1)


def test_a_line_that_is_no_json_counts_as_it_is(path: Path) -> None:
    assert change(path, ["{", "[]"], ["{"]) == DataChange(1, 0, 1, 0)


def test_of_many_examples_a_sample_tells_about_how_many(path: Path) -> None:
    before = [chat(n) for n in range(20 * CAPACITY)]
    after = [*before[: 15 * CAPACITY], *(chat(n) for n in range(20 * CAPACITY, 22 * CAPACITY))]
    found = change(path, before, after)
    assert found is not None
    assert not found.exact
    assert found.kept == pytest.approx(15 * CAPACITY, rel=0.2)
    assert found.removed == pytest.approx(5 * CAPACITY, rel=0.3)
    assert found.added == pytest.approx(2 * CAPACITY, rel=0.4)
    assert found.changed == 0
    assert len(example_digests(path)[0]) < 8 * CAPACITY + 20


@pytest.mark.parametrize(
    "text", ["", "2:1000000:", "1:zz:", "1:1000000:!", "1:1000000:AAAA", "1:0:"]
)
def test_digests_of_another_form_are_not_known(path: Path, text: str) -> None:
    path.write_text(chat(1))
    assert data_change(text, example_digests(path)[0]) is None
