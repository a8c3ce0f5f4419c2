"""A content is not blank."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.content import texts
from aoai.dataset.example.rule import ALL, PlainLines, Rule
from aoai.dataset.example.view import SYSTEM_ROLES, Example
from aoai.dataset.finding import Problem, warning

EMPTY_CONTENT = warning(
    "empty-content",
    "a message's content is empty or blank",
    "checks of Microsoft's fine-tuning skill for GitHub Copilot, dataset-formats.md",
)

_SPEAKING = (*SYSTEM_ROLES, "user", "assistant")  # a tool may answer with nothing


def check(example: Example) -> Iterator[Problem]:
    """Contents without any text."""
    if example.format == "completion":
        completion = example.value.get("completion")
        if isinstance(completion, str) and not completion.strip():
            text = "empty; write what the model is to answer."
            yield EMPTY_CONTENT.at("$.completion", text)
        return
    for message, path, role, _ in example.all_messages:
        calls = message.get("tool_calls") or message.get("function_call")
        if role in _SPEAKING and not calls and _is_blank(message.get("content")):
            text = "empty; write text, or leave the message out."
            yield EMPTY_CONTENT.at(f"{path}.content", text)


def _is_blank(content: object) -> bool:
    if not isinstance(content, str | list):
        return False
    if isinstance(content, list) and len(texts(content)) < len(content):
        return False  # parts that are no text
    return not "".join(texts(content)).strip()


RULE = Rule(check, ALL, PlainLines.SAMPLED)
