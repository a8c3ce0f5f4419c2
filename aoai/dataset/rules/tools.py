"""Rules for functions: how an example declares, calls and answers them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aoai.dataset.decode.syntax import is_json
from aoai.dataset.finding import Problem, shown
from aoai.dataset.rules.shapes import (
    BOOLEAN,
    OBJECT,
    STRING,
    check_object,
    get,
    items,
    nullable,
    required,
)

_CALL = {"name": required(STRING), "arguments": required(STRING)}
_TOOL_CALL = {"id": required(STRING), "type": required(STRING), "function": required(OBJECT)}
_TOOL = {"type": required(STRING), "function": required(OBJECT)}
_FUNCTION = {
    "name": required(STRING),
    "description": nullable(STRING),
    "parameters": nullable(OBJECT),
    "strict": nullable(BOOLEAN),
}

# OpenAI API, FunctionObject.name: a-z, A-Z, 0-9, underscores and dashes, at most 64.
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_tools(tools: object, path: str) -> Iterator[Problem]:
    """What is wrong with the items of an example's ``tools``."""
    for tool, at in items(tools, path):
        yield from check_object(tool, at, _TOOL)
        yield from _check_type(tool, at)
        yield from check_function(get(tool, "function"), f"{at}.function")


def check_function(function: object, path: str) -> Iterator[Problem]:
    """What is wrong with the declaration of a function."""
    if isinstance(function, dict):
        yield from check_object(function, path, _FUNCTION)
        yield from _check_name(function, path)


def check_calls(calls: object, path: str) -> Iterator[Problem]:
    """What is wrong with an assistant message's ``tool_calls``."""
    for call, at in items(calls, path):
        yield from check_object(call, at, _TOOL_CALL)
        yield from _check_type(call, at)
        yield from check_call(get(call, "function"), f"{at}.function")


def check_call(call: object, path: str) -> Iterator[Problem]:
    """What is wrong with a call: its name, and its arguments, which are JSON in a string."""
    if not isinstance(call, dict):
        return
    arguments = call.get("arguments")
    if isinstance(arguments, dict | list):
        yield from check_object({**call, "arguments": ""}, path, _CALL)
        yield Problem(
            "bad-arguments", f"{path}.arguments", "write the JSON as a string, quotes escaped."
        )
    else:
        yield from check_object(call, path, _CALL)
    yield from _check_name(call, path)
    if isinstance(arguments, str) and not is_json(arguments):
        text = f"{shown(arguments)} is no JSON; write an object, {{}} if there are no arguments."
        yield Problem("arguments-not-json", f"{path}.arguments", text)


def declared(tools: object) -> frozenset[str]:
    """Names of the functions that ``tools`` declares."""
    names = (get(get(tool, "function"), "name") for tool, _ in items(tools, ""))
    return frozenset(name for name in names if isinstance(name, str))


def check_conversation(messages: list[object], tools: object, path: str) -> Iterator[Problem]:
    """Calls and answers that do not belong together, over the messages of one example."""
    names = declared(tools)
    waiting: _Waiting = {}
    for message, at in items(messages, path):
        role = get(message, "role")
        if role == "tool":
            yield from _answer(message, at, waiting)
            continue
        yield from _unanswered(waiting)
        waiting = {}
        if role == "assistant":
            for call, call_at in items(get(message, "tool_calls"), f"{at}.tool_calls"):
                key = get(call, "id")
                waiting[key if isinstance(key, str) else None] = call_at
            yield from _check_declared(message, at, names)
    # Calls of the last message are what the model learns to make: nobody has to answer them.
    if get(messages[-1], "role") == "tool":
        yield from _unanswered(waiting)


# The calls that have no answer yet: id to JSON path. An id of None is one that is missing, on
# either side: then nobody can tell which answer belongs to which call.
_Waiting = dict[Any, str]


def _answer(message: object, path: str, waiting: _Waiting) -> Iterator[Problem]:
    key = get(message, "tool_call_id")
    if not isinstance(key, str):
        waiting[None] = path
    elif waiting.pop(key, None) is None and None not in waiting:
        text = (
            f"{shown(key)} answers no call of the assistant message before it; write the id of one."
        )
        yield Problem("unknown-tool-call", f"{path}.tool_call_id", text)


def _unanswered(waiting: _Waiting) -> Iterator[Problem]:
    for path in waiting.values() if None not in waiting else ():
        text = "no tool message answers it; add one with its id."
        yield Problem("unanswered-tool-call", path, text)


def check_output_calls(output: object, tools: object, path: str) -> Iterator[Problem]:
    """Calls in an output of a preference pair of functions that its input does not declare."""
    for message, at in items(output, path):
        yield from _check_declared(message, at, declared(tools))


def _check_declared(message: object, path: str, names: frozenset[str]) -> Iterator[Problem]:
    for call, at in items(get(message, "tool_calls"), f"{path}.tool_calls"):
        name = get(get(call, "function"), "name")
        if isinstance(name, str) and name not in names:
            yield Problem(
                "undeclared-tool",
                f"{at}.function.name",
                f"{shown(name)} is not among the example's tools; declare it there.",
            )


def _check_type(value: object, path: str) -> Iterator[Problem]:
    kind = get(value, "type")
    if isinstance(kind, str) and kind != "function":
        yield Problem("wrong-type", f"{path}.type", f'{shown(kind)}: write "function".')


def _check_name(value: object, path: str) -> Iterator[Problem]:
    name = get(value, "name")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        yield Problem(
            "bad-function-name",
            f"{path}.name",
            f"{shown(name)}: write 1 to 64 letters, digits, _ or -.",
        )
