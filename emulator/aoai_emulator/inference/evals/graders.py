"""Graders: what each kind needs, and the grade that it gives.

string_check, text_similarity and multi are computed exactly. Those that ask a model follow a
formula, with the values that the templates fill in as v1 to vn and overlap the share of common
words (|A and B| / |A or B|):

    score_model   low + (high - low) · overlap(vn, v1 … vn-1); half of the range with fewer than two
    label_model   the label that shares most words with the rendered input; among equals a hash of
                  the input decides
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.inference.evals.formula import calculate
from aoai_emulator.inference.evals.templates import look_up, messages, references, render
from aoai_emulator.inference.evals.text_similarity import METRICS, similarity
from aoai_emulator.inference.json_schema import compact
from aoai_emulator.state.errors import ModelError

_WORD: Final = re.compile(r"\w+")
_NEEDED: Final = {
    "string_check": ("name", "input", "reference", "operation"),
    "text_similarity": ("name", "input", "reference", "evaluation_metric"),
    "score_model": ("name", "input", "model"),
    "label_model": ("name", "input", "model", "labels", "passing_labels"),
    "multi": ("name", "graders", "calculate_output"),
}
_OPERATIONS: Final = ("eq", "ne", "like", "ilike")


@dataclass(frozen=True)
class Grade:
    """A grade. ``asked`` is what a model was asked and answered, where one was.

    Attributes:
        score: the score.
        passed: whether it is enough.
        model: the deployment that a model grader names.
        input: the messages to it.
        output: its answer.
        parts: the scores of a multi grader's graders.
    """

    score: float
    passed: bool
    model: str | None = None
    input: tuple[dict[str, Any], ...] = ()
    output: str = ""
    parts: dict[str, float] | None = None


def check_grader(grader: Any, place: str = "grader", *, runs: bool = True) -> dict[str, Any]:
    """The grader, if it is a good one; ModelError says what is wrong with it.

    Args:
        grader: as it was sent.
        place: its path in the request, for errors.
        runs: whether it will grade, and is not only validated: ``python`` can only be validated.
    """
    kind = grader.get("type") if isinstance(grader, dict) else None
    if kind == "python" and not runs:
        return _check_python(grader, place)
    if kind in ("python", "endpoint"):
        text = f"The emulator runs no code and calls nobody: it has no {kind} grader."
        raise ModelError(text, f"{place}.type")
    if kind not in _NEEDED:
        raise ModelError(
            f"Invalid '{place}.type': it must be one of {', '.join(_NEEDED)}.", f"{place}.type"
        )
    for name in _NEEDED[kind]:
        if grader.get(name) in (None, "", []):
            text = f"Missing required parameter: '{place}.{name}'."
            raise ModelError(text, f"{place}.{name}")
    if kind == "string_check" and grader["operation"] not in _OPERATIONS:
        text = f"Invalid '{place}.operation': it must be one of {', '.join(_OPERATIONS)}."
        raise ModelError(text, f"{place}.operation")
    if kind == "text_similarity" and grader["evaluation_metric"] not in METRICS:
        text = f"Invalid '{place}.evaluation_metric': it must be one of {', '.join(METRICS)}."
        raise ModelError(text, f"{place}.evaluation_metric")
    if kind == "label_model" and not set(grader["passing_labels"]) <= set(grader["labels"]):
        text = "'passing_labels' must be some of 'labels'."
        raise ModelError(text, f"{place}.passing_labels")
    if kind == "multi":
        _check_multi(grader, place, runs=runs)
    return dict(grader)


def _check_python(grader: dict[str, Any], place: str) -> dict[str, Any]:
    """Whether the source is Python that defines ``grade``; it is not run."""
    source = grader.get("source")
    if not isinstance(source, str) or not source:
        raise ModelError(f"Missing required parameter: '{place}.source'.", f"{place}.source")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        text = f"Invalid '{place}.source': {error}."
        raise ModelError(text, f"{place}.source") from None
    names = [getattr(each, "name", "") for each in tree.body]
    if "grade" not in names:
        text = f"Invalid '{place}.source': it must define the function grade(sample, item)."
        raise ModelError(text, f"{place}.source")
    return dict(grader)


def _check_multi(grader: dict[str, Any], place: str, *, runs: bool) -> None:
    graders = grader["graders"]
    if not isinstance(graders, dict):
        raise ModelError("'graders' must map names to graders.", f"{place}.graders")
    for name, each in graders.items():
        if check_grader(each, f"{place}.graders.{name}", runs=runs)["type"] == "multi":
            raise ModelError("A multi grader cannot hold another one.", f"{place}.graders.{name}")
    try:
        calculate(str(grader["calculate_output"]), dict.fromkeys(graders, 0.5))
    except ValueError as error:
        text = f"Invalid '{place}.calculate_output': {error}."
        raise ModelError(text, f"{place}.calculate_output") from None


def grade(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    """The grade of an item (and its sample); ModelError where a template cannot be filled."""
    return _GRADERS[grader["type"]](grader, values)


def _string_check(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    text, reference = render(grader["input"], values), render(grader["reference"], values)
    operation = grader["operation"]
    if operation in ("eq", "ne"):
        good = (text == reference) == (operation == "eq")
    elif operation == "like":
        good = reference in text
    else:
        good = reference.lower() in text.lower()
    return Grade(float(good), good)


def _text_similarity(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    text, reference = render(grader["input"], values), render(grader["reference"], values)
    score = similarity(grader["evaluation_metric"], text, reference)
    return Grade(score, score >= float(grader.get("pass_threshold") or 0))


def _score_model(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    low, high = grader.get("range") or (0, 1)
    asked = messages(grader["input"], values)
    filled = _filled(grader["input"], values)
    share = 0.5
    if len(filled) > 1:
        share = _overlap(filled[-1], " ".join(filled[:-1]))
    score = round(low + (high - low) * share, 4)
    least = grader.get("pass_threshold")
    passed = score >= (float(least) if least is not None else (low + high) / 2)
    output = compact({"steps": ["The emulator compares words."], "result": score})
    return Grade(score, passed, grader["model"], tuple(asked), output)


def _label_model(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    asked = messages(grader["input"], values)
    text = " ".join(each["content"] for each in asked)
    labels = list(grader["labels"])
    start = hashlib.sha256(text.encode()).digest()[0] % len(labels)
    ordered = labels[start:] + labels[:start]
    label = max(ordered, key=lambda each: len(_words(each) & _words(text)))
    passed = label in grader["passing_labels"]
    output = compact({"steps": ["The emulator compares words."], "result": label})
    return Grade(float(passed), passed, grader["model"], tuple(asked), output)


def _multi(grader: Mapping[str, Any], values: Mapping[str, Any]) -> Grade:
    parts = {name: grade(each, values).score for name, each in grader["graders"].items()}
    try:
        score = calculate(str(grader["calculate_output"]), parts)
    except ValueError as error:
        raise ModelError(f"The formula has no value: {error}.", "calculate_output") from None
    return Grade(score, score >= float(grader.get("pass_threshold") or 0.5), parts=parts)


def _filled(template: Any, values: Mapping[str, Any]) -> list[str]:
    """The values that a template's references stand for."""
    return [str(look_up(name, values)) for name in references(compact(template))]


def _overlap(one: str, other: str) -> float:
    words, others = _words(one), _words(other)
    return len(words & others) / max(1, len(words | others))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


_GRADERS: Final = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "score_model": _score_model,
    "label_model": _label_model,
    "multi": _multi,
}
