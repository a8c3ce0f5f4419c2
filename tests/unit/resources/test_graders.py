"""Graders: what the service would refuse of one, and what it reads of an example."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.resources.graders import grader_problems, item_fields

CHECK: dict[str, Any] = {
    "type": "string_check",
    "name": "equal",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
PYTHON: dict[str, Any] = {"type": "python", "name": "own", "source": "def grade(s, i): return 1"}
SCORE: dict[str, Any] = {
    "type": "score_model",
    "name": "judge",
    "model": "o3-mini-2025-01-31",
    "input": [{"role": "user", "content": "{{ item.question }}: {{sample.output_json.label}}"}],
}
BOTH: dict[str, Any] = {
    "type": "multi",
    "name": "both",
    "graders": {"equal": CHECK, "judge": SCORE},
    "calculate_output": "0.3 * equal + 0.7 * min(judge, 1)",
}


@pytest.mark.parametrize("grader", [CHECK, PYTHON, SCORE, BOTH], ids=lambda grader: grader["type"])
def test_a_right_grader_has_no_problem(grader: dict[str, Any]) -> None:
    assert list(grader_problems(grader)) == []


@pytest.mark.parametrize(
    ("grader", "told"),
    [
        (CHECK | {"reference": "{{answer}}"}, "{{answer}} is not known; write {{item.FIELD}}"),
        (CHECK | {"reference": "{item.answer}"}, "{item.answer} is plain text; write {{item.answ"),
        (CHECK | {"input": "{{sample.text}}"}, "an answer has no `text`; there are `output_text`"),
        (PYTHON | {"source": "score = 1"}, "must define `grade(sample, item)`"),
    ],
)
def test_a_grader_that_the_service_would_refuse_is_told_so_once(
    grader: dict[str, Any], told: str
) -> None:
    (found,) = grader_problems(grader)
    assert told in found


@pytest.mark.parametrize(
    ("grader", "fields"),
    [
        (CHECK, {"answer"}),
        (BOTH, {"answer", "question"}),
        (CHECK | {"reference": "{{ item.answer.value }} {{item.unit}}"}, {"answer", "unit"}),
        (PYTHON, set()),
        (None, set()),
        ("grader.json", set()),
    ],
)
def test_the_fields_that_templates_read_are_known(grader: Any, fields: set[str]) -> None:
    assert item_fields(grader) == fields
