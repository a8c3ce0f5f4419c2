"""The functions that an example declares and calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.view import Message


def declared_functions(
    conversation: Mapping[str, object], path: str
) -> Iterator[tuple[dict[str, object], str]]:
    """The declarations in ``tools`` and in the deprecated ``functions``, with their JSON paths."""
    for tool, at in items(conversation.get("tools"), f"{path}.tools"):
        function = get(tool, "function")
        if isinstance(function, dict):
            yield function, f"{at}.function"
    for function, at in items(conversation.get("functions"), f"{path}.functions"):
        if isinstance(function, dict):
            yield function, at


def tool_names(tools: object) -> frozenset[str]:
    """Names of the functions that ``tools`` declares."""
    names = (get(get(tool, "function"), "name") for tool, _ in items(tools, ""))
    return frozenset(name for name in names if isinstance(name, str))


def calls_of(message: Message) -> Iterator[tuple[dict[str, Any], str]]:
    """The functions that an answer calls: objects with name and arguments, and their paths."""
    if message.role == "assistant":
        for call, at in items(message.value.get("tool_calls"), f"{message.path}.tool_calls"):
            function = get(call, "function")
            if isinstance(function, dict):
                yield function, f"{at}.function"
        call = message.value.get("function_call")
        if isinstance(call, dict):
            yield call, f"{message.path}.function_call"
