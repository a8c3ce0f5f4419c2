"""A function that is called is declared in the example."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.tools import tool_names
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, shown, warning

UNDECLARED_TOOL = warning(
    "undeclared-tool",
    "a call of a function that the example's tools do not declare",
    'page "Fine-tuning and function calling", which also allows to leave declarations out',
)


def check(example: Example) -> Iterator[Problem]:
    """Calls of functions that are not among the tools."""
    names = tool_names(example.conversation.get("tools"))
    for message, path, _, _ in example.all_messages:
        for call, at in items(message.get("tool_calls"), f"{path}.tool_calls"):
            name = get(get(call, "function"), "name")
            if isinstance(name, str) and name not in names:
                text = f"{shown(name)} is not among the example's tools; declare it there."
                yield UNDECLARED_TOOL.at(f"{at}.function.name", text)


RULE = Rule(check)
