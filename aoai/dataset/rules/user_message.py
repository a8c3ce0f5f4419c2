"""A user message comes before the answer."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import ROLES, Example
from aoai.dataset.finding import Problem, warning

NO_USER_MESSAGE = warning(
    "no-user-message",
    "there is no user message",
    'page "Customize a model with fine-tuning": examples are conversations',
)


def check(example: Example) -> Iterator[Problem]:
    """Conversations in which the model is asked nothing."""
    roles = example.roles
    if roles and "user" not in roles and all(role in ROLES for role in roles):
        text = "no user message; add what the model is asked."
        yield NO_USER_MESSAGE.at(f"{example.path}.messages", text)


RULE = Rule(check)
