"""Tools are declared and called by the fields that replaced ``functions``."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning

DEPRECATED_FUNCTIONS = warning(
    "deprecated-functions",
    "functions and function_call, which tools and tool_calls replaced",
    "OpenAI API, fine-tuning chat request input: deprecated",
)


def check(example: Example) -> Iterator[Problem]:
    """The deprecated fields."""
    if example.conversation.get("functions") is not None:
        yield DEPRECATED_FUNCTIONS.at(f"{example.path}.functions", "write tools instead.")
    for message, path, role, _ in example.all_messages:
        if role == "assistant" and message.get("function_call") is not None:
            yield DEPRECATED_FUNCTIONS.at(f"{path}.function_call", "write tool_calls instead.")


RULE = Rule(check)
