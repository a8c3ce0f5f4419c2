"""The arguments of a call are a JSON object in a string."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.decode.syntax import is_json_object
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.tools import calls_of
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown, warning

_SPEC = "OpenAI API, ChatCompletionMessageToolCall.function.arguments"

BAD_ARGUMENTS = error("bad-arguments", "a tool call's arguments are not a string", _SPEC)
ARGUMENTS_NOT_JSON = warning(
    "arguments-not-json",
    "a tool call's arguments are not a JSON object: the model learns to write such",
    _SPEC,
)


def check(example: Example) -> Iterator[Problem]:
    """Arguments that are no string, or no JSON object."""
    for message in example.all_messages:
        for call, path in calls_of(message):
            arguments = call.get("arguments")
            if isinstance(arguments, dict | list):
                text = "write the JSON as a string, quotes escaped."
                yield BAD_ARGUMENTS.at(f"{path}.arguments", text)
            elif isinstance(arguments, str) and not is_json_object(arguments):
                text = f"{shown(arguments)} is no JSON object; write {{}} if there are none."
                yield ARGUMENTS_NOT_JSON.at(f"{path}.arguments", text)


RULE = Rule(check)
