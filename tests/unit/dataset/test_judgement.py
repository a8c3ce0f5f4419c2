"""One judgement of all files of a training, for the command and for the preview alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aoai.catalog import with_prices
from aoai.dataset import Judgement, Observer, Report, Severity, Training, judge
from tests.unit.chat_files import write

MODEL = "gpt-4.1-mini-2025-04-14"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def questions(path: Path, count: int, **fields: Any) -> Path:
    rows = [
        {"messages": [{"role": "user", "content": f"Is {n} even in {path.name}?"}], **fields}
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def codes(judgement: Judgement) -> list[list[str]]:
    return [sorted(file.counts) for file in judgement.files]


@pytest.mark.parametrize("cached", [False, True])
def test_a_training_file_has_tokens_epochs_and_a_cost(tmp_path: Path, cached: bool) -> None:
    path = write(tmp_path / "train.jsonl", range(120))
    training = Training(model=MODEL, epochs=2, catalog=with_prices({"gpt-4.1-mini": 1_000_000}))
    (file,) = judge([path], of=training, cached=cached).training
    assert file.report and file.tokens and file.cost
    assert (file.ok, file.report.examples, file.epochs) == (True, 120, 2)
    assert file.cost.total == 2 * file.tokens.total


def test_without_epochs_it_takes_those_that_the_service_is_likely_to_choose(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", range(20))
    (file,) = judge([path], of=Training(model=MODEL)).training
    assert (file.epochs, file.cost is not None) == (5, True)


@pytest.mark.parametrize("model", [None, "gpt-4.1-mni", "Ministral-3B"])
def test_a_model_without_a_known_price_has_no_cost(tmp_path: Path, model: str | None) -> None:
    path = write(tmp_path / "train.jsonl", range(120))
    (file,) = judge([path], of=Training(model=model)).training
    assert (file.ok, file.cost) == (True, None)


def test_a_preference_file_is_refused_for_supervised_training(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    answers = [{"role": "assistant", "content": "Yes."}]
    pair = {"input": {"messages": []}, "preferred_output": answers, "non_preferred_output": answers}
    path.write_text((json.dumps(pair) + "\n") * 12)
    (file,) = judge([path], of=Training(method="supervised")).training
    assert file.counts["wrong-format"] == 12
    assert len(list(file.error_lines())) == 5


@pytest.mark.parametrize("cached", [False, True])
def test_each_validation_file_is_compared_with_each_training_file(
    tmp_path: Path, cached: bool
) -> None:
    one, two = write(tmp_path / "1.jsonl", range(120)), write(tmp_path / "2.jsonl", range(200, 320))
    both = [write(tmp_path / "a.jsonl", range(115, 205)), write(tmp_path / "b.jsonl", range(5))]
    judgement = judge([one, two], both, cached=cached)
    assert [file.counts for file in judgement.validation] == [
        {"validation-overlap": 2},
        {"validation-overlap": 1},
    ]
    assert judgement.number(Severity.WARNING) == 3


def test_a_file_that_cannot_be_read_is_a_finding_beside_the_others(tmp_path: Path) -> None:
    good = write(tmp_path / "train.jsonl", range(120))
    judgement = judge([tmp_path / "gone.jsonl", good], [tmp_path])
    assert codes(judgement) == [["unreadable-file"], [], ["unreadable-file"]]
    assert [file.ok for file in judgement.files] == [False, True, False]
    assert list(judgement.training[0].error_lines()) == [
        f"{tmp_path}/gone.jsonl: no such file; correct the path."
    ]


def test_a_file_that_changes_before_it_is_compared_is_a_finding(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", range(120))
    other = write(tmp_path / "valid.jsonl", range(200, 205))

    class Writer(Observer):
        def comparing(self, training: Report, validation: Report) -> None:
            assert training.path != validation.path
            write(training.path, range(300))

    judgement = judge([path], [other], observer=Writer())
    assert codes(judgement) == [[], ["unreadable-file"]]
    assert "changed since it was checked" in judgement.validation[0].findings[0].message


def test_reinforcement_needs_a_validation_file_and_has_no_cost_by_tokens(tmp_path: Path) -> None:
    path = questions(tmp_path / "train.jsonl", 120, answer="yes")
    training = Training(model="o4-mini-2025-04-16", method="reinforcement")
    judgement = judge([path], of=training)
    assert codes(judgement) == [["no-validation-file"]]
    assert (judgement.training[0].cost, judgement.training[0].epochs) == (None, None)


def test_a_validation_file_elsewhere_is_as_good(tmp_path: Path) -> None:
    path = questions(tmp_path / "train.jsonl", 120, answer="yes")
    training = Training(method="reinforcement", other_validation=True)
    assert codes(judge([path], of=training)) == [[]]


def test_files_of_different_fields_for_the_grader_are_compared(tmp_path: Path) -> None:
    path = questions(tmp_path / "train.jsonl", 120, answer="yes")
    other = questions(tmp_path / "valid.jsonl", 5, result="yes")
    judgement = judge([path], [other], of=Training(method="reinforcement"))
    assert codes(judgement) == [[], ["validation-fields-differ"]]


def test_a_validation_file_alone_can_be_judged(tmp_path: Path) -> None:
    judgement = judge([], [write(tmp_path / "valid.jsonl", range(5))])
    assert codes(judgement) == [[]]


def test_images_make_the_cost_a_range(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/%d.png"}}
    row = {
        "messages": [
            {"role": "system", "content": "Say what it is."},
            {"role": "user", "content": [{"type": "text", "text": "x" * 400}, image]},
            {"role": "assistant", "content": "A cat."},
        ]
    }
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) % n + "\n" for n in range(120)))
    (file,) = judge([path], of=Training(model="gpt-4.1-2025-04-14")).training
    assert file.ok and file.cost
    assert file.cost.most > file.cost.total
