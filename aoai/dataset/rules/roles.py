"""A message has a role of its format."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import OUTPUT_ROLES, OUTPUTS, ROLES, Example
from aoai.dataset.finding import Problem, error, shown

UNKNOWN_ROLE = error(
    "unknown-role",
    "a role that the format does not have",
    'OpenAI API, fine-tuning chat request input; page "Direct preference optimization"',
)

# Roles of other tools' formats.
_MEANT = {"human": "user", "ai": "assistant", "bot": "assistant", "gpt": "assistant"}
_MEANT |= {"model": "assistant", "chatbot": "assistant", "instruction": "system"}


def check(example: Example) -> Iterator[Problem]:
    """Roles that there are not, or not there."""
    yield from _roles(example.listed, f"{example.path}.messages", ROLES)
    if example.format == "preference":
        for name in OUTPUTS:
            yield from _roles(example.value.get(name), f"$.{name}", OUTPUT_ROLES)


def _roles(messages: object, path: str, roles: tuple[str, ...]) -> Iterator[Problem]:
    for message, at in items(messages, path):
        role = get(message, "role")
        if isinstance(role, str) and role not in roles:
            names = ", ".join(name for name in roles if name != "function")
            meant = _MEANT.get(role.lower(), role.lower())
            hint = f'; write "{meant}"' if meant in roles else ""
            yield UNKNOWN_ROLE.at(f"{at}.role", f"{shown(role)} is none of: {names}{hint}.")


RULE = Rule(check, basic=True)
