"""A reinforcement example has a field for the grader."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning
from aoai.dataset.rules.fields import CONVERSATION_FIELDS

NO_GRADER_FIELD = warning(
    "no-grader-field",
    "a reinforcement example has no field that a grader could compare with",
    "checks of Microsoft's fine-tuning skill for GitHub Copilot, validate_rft.py",
)


def check(example: Example) -> Iterator[Problem]:
    """Examples that are messages alone."""
    if not grader_fields(example.value):
        text = 'no field beside messages; add what a grader compares with, such as "answer".'
        yield NO_GRADER_FIELD.at("$", text)


def grader_fields(example: dict[str, object]) -> tuple[str, ...]:
    """Names of the fields that are not the conversation's, sorted."""
    return tuple(sorted(name for name in example if name not in CONVERSATION_FIELDS))


RULE = Rule(check, ("reinforcement",))
