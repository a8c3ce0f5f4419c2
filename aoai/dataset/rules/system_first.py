"""System messages come first."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import PlainLines, Rule
from aoai.dataset.example.view import SYSTEM_ROLES, Example
from aoai.dataset.finding import Problem, warning

SYSTEM_NOT_FIRST = warning(
    "system-not-first",
    "a system message after the first message",
    'page "Customize a model with fine-tuning", example file format',
)


def check(example: Example) -> Iterator[Problem]:
    """System messages after others."""
    roles = example.roles
    for index, role in enumerate(roles[1:], start=1):
        if role in SYSTEM_ROLES and roles[index - 1] not in SYSTEM_ROLES:
            text = f"move the {role} message to the front."
            yield SYSTEM_NOT_FIRST.at(f"{example.path}.messages[{index}]", text)


RULE = Rule(check, plain_lines=PlainLines.SAMPLED)
