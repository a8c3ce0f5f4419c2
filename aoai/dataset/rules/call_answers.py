"""Each tool call is answered by one tool message, before anything else follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown, warning

UNKNOWN_TOOL_CALL = error(
    "unknown-tool-call",
    "a tool message answers a call that was not made",
    "chat completions API: messages with role tool must respond to a preceding tool_calls message",
)
UNANSWERED_TOOL_CALL = error(
    "unanswered-tool-call",
    "a tool call that no tool message answers",
    "microsoft-foundry/fine-tuning issue 23: such files were refused",
)
REPEATED_CALL_ID = warning(
    "repeated-call-id",
    "two calls of one message have the same id",
    "OpenAI API, ChatCompletionMessageToolCall.id",
)

# The calls that have no answer yet: id to JSON path. An id of None is one that is missing, on
# either side: then it is not known which answer belongs to which call.
_Waiting = dict[Any, str]


def check(example: Example) -> Iterator[Problem]:
    """Calls and answers that do not belong together."""
    messages = example.listed or []
    waiting: _Waiting = {}
    for message, path in items(messages, f"{example.path}.messages"):
        role = get(message, "role")
        if role == "tool":
            yield from _answer(message, path, waiting)
            continue
        yield from _unanswered(waiting)
        waiting = {}
        if role == "assistant":
            for call, at in items(get(message, "tool_calls"), f"{path}.tool_calls"):
                key = get(call, "id")
                if isinstance(key, str) and key in waiting:
                    text = f"{shown(key)} is the id of another call; give each its own."
                    yield REPEATED_CALL_ID.at(f"{at}.id", text)
                waiting[key if isinstance(key, str) else None] = at
    # Calls of the last message are what the model learns to make: no answer is needed.
    if messages and example.roles[-1] == "tool":
        yield from _unanswered(waiting)


def _answer(message: object, path: str, waiting: _Waiting) -> Iterator[Problem]:
    key = get(message, "tool_call_id")
    if not isinstance(key, str):
        waiting[None] = path
    elif waiting.pop(key, None) is None and None not in waiting:
        text = f"{shown(key)} is not the id of a call in the assistant message before it."
        yield UNKNOWN_TOOL_CALL.at(f"{path}.tool_call_id", text)


def _unanswered(waiting: _Waiting) -> Iterator[Problem]:
    for path in waiting.values() if None not in waiting else ():
        text = "no tool message answers it; add one with its id right after this message."
        yield UNANSWERED_TOOL_CALL.at(path, text)


RULE = Rule(check)
