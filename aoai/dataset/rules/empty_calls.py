"""A list of tool calls holds one, or is left out."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning

EMPTY_CALLS = warning(
    "empty-calls",
    "an answer has an empty list of tool calls: requests with such are refused",
    "chat completions API, refusals with the code empty_array (openai-node pull request 1341)",
)


def check(example: Example) -> Iterator[Problem]:
    """Answers with an empty ``tool_calls``, as some clients write them."""
    for message, path, role, _ in example.all_messages:
        spoken = message.get("content") or message.get("refusal")
        if role == "assistant" and spoken and message.get("tool_calls") == []:
            yield EMPTY_CALLS.at(f"{path}.tool_calls", "an empty list; leave it out.")


RULE = Rule(check)
