"""The content of a tool message is a string."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning

TOOL_CONTENT_PARTS = warning(
    "tool-content-parts",
    "a tool message's content is an array of parts, for which files were refused",
    'community.openai.com, topic 965584 ("Input should be a valid string")',
)


def check(example: Example) -> Iterator[Problem]:
    """Tool messages with parts: the API takes them in requests, its training not always."""
    for message, path, role, _ in example.all_messages:
        if role == "tool" and isinstance(message.get("content"), list):
            text = "an array of parts; write the tool's answer as a string."
            yield TOOL_CONTENT_PARTS.at(f"{path}.content", text)


RULE = Rule(check)
