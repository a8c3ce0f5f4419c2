"""A conversation has messages, and an answer has content, a refusal or calls."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error

MISSING_CONTENT = error(
    "missing-content",
    "no messages, or an assistant message without content, refusal and calls",
    "OpenAI API, fine-tuning chat request input: content or tool_calls is required",
)


def check(example: Example) -> Iterator[Problem]:
    """Conversations and answers that hold nothing."""
    if example.listed == []:
        text = "no message; write at least a question and an answer."
        yield MISSING_CONTENT.at(f"{example.path}.messages", text)
    for message, path, role, _ in example.all_messages:
        held = (
            message.get("content"),
            message.get("refusal") or None,
            message.get("tool_calls") or None,
            message.get("function_call"),
        )
        if role == "assistant" and all(value is None for value in held):
            text = "an assistant message needs content, a refusal or tool_calls."
            yield MISSING_CONTENT.at(path, text)


RULE = Rule(check)
