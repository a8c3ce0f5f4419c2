"""Each object has the fields of its format, of the right types, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aoai.dataset.example.fields import (
    ANYTHING,
    ARRAY,
    BOOLEAN,
    ELSEWHERE,
    OBJECT,
    STRING,
    UNUSED,
    Field,
    get,
    items,
    join,
    json_type,
    nullable,
    offered,
    required,
    type_names,
)
from aoai.dataset.example.rule import ALL, Rule
from aoai.dataset.example.view import OUTPUTS, ROLES, Example
from aoai.dataset.finding import Problem, error, shown

_SPEC = "OpenAI API, fine-tuning chat and preference request input"

MISSING_FIELD = error("missing-field", "a required field is missing", _SPEC)
UNKNOWN_FIELD = error("unknown-field", "a field that the format does not have", _SPEC)
WRONG_TYPE = error("wrong-type", "a value of the wrong JSON type", _SPEC)

_CONVERSATION = {
    "messages": required(ARRAY),
    "tools": nullable(ARRAY),
    "parallel_tool_calls": nullable(BOOLEAN),
    "functions": nullable(ARRAY),
}
_PREFERENCE = {"input": required(OBJECT), **dict.fromkeys(OUTPUTS, required(ARRAY))}
_COMPLETION = {"prompt": required(STRING), "completion": required(STRING)}

_TEXT = Field((str, list))
_COMMON = {
    "role": required(STRING),
    "content": required(_TEXT),
    "name": nullable(STRING),
    "weight": ELSEWHERE,
}
_MESSAGE: Mapping[str, Mapping[str, Field]] = {
    "system": _COMMON,
    "developer": _COMMON,
    "user": _COMMON,
    "assistant": {
        "role": required(STRING),
        "content": nullable(_TEXT),
        "name": nullable(STRING),
        "weight": ANYTHING,
        "refusal": nullable(STRING),
        "audio": UNUSED,
        "tool_calls": nullable(ARRAY),
        "function_call": nullable(OBJECT),
    },
    "tool": {
        "role": required(STRING),
        "content": required(_TEXT),
        "tool_call_id": required(STRING),
        # Not in the API's schema, but in Azure's own examples of function calling.
        "name": nullable(STRING),
        "weight": ELSEWHERE,
    },
    # Deprecated with function_call, but still in the API's schema.
    "function": {
        "role": required(STRING),
        "content": required(nullable(STRING)),
        "name": required(STRING),
        "weight": ELSEWHERE,
    },
}

# A message without a role that can be read is compared with the fields of all roles.
_ANY_ROLE = {
    **_MESSAGE["assistant"],
    **_MESSAGE["tool"],
    "role": required(STRING),
    "content": nullable(_TEXT),
    "tool_call_id": STRING,
    "weight": ANYTHING,
}

_PARTS = {
    "text": {"type": required(STRING), "text": required(STRING)},
    "image_url": {"type": required(STRING), "image_url": required(OBJECT)},
    "refusal": {"type": required(STRING), "refusal": required(STRING)},
}
_IMAGE = {"url": required(STRING), "detail": STRING}
_CALL = {"name": required(STRING), "arguments": required(STRING)}
_TOOL_CALL = {"id": required(STRING), "type": required(STRING), "function": required(OBJECT)}
_TOOL = {"type": required(STRING), "function": required(OBJECT)}
_FUNCTION = {
    "name": required(STRING),
    "description": nullable(STRING),
    "parameters": nullable(OBJECT),
    "strict": nullable(BOOLEAN),
}

PART_TYPES = tuple(_PARTS)
"""The types of a part of a content."""

CONVERSATION_FIELDS = tuple(_CONVERSATION)
"""The fields of a conversation; reinforcement examples may have any others for the grader."""

_REQUEST = "a parameter of requests, not of training; remove it"
_EXAMPLE_ADVICE = {
    "system": "write it as the first message, with role system",
    "tool_choice": _REQUEST,
    **dict.fromkeys(
        ("model", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stop"),
        _REQUEST,
    ),
    **dict.fromkeys(("stream", "seed", "response_format", "logprobs", "user"), _REQUEST),
}

_MESSAGE_ADVICE = {
    "from": 'write "role" instead',
    "speaker": 'write "role" instead',
    "value": 'write "content" instead',
    "text": 'write "content" instead',
    "message": 'write "content" instead',
    "parts": 'write "content" instead',
}
"""For the names that messages have in formats of other tools."""


def check(example: Example) -> Iterator[Problem]:
    """What is wrong with the fields of an example."""
    if example.format == "completion":
        yield from _object(example.value, "$", _COMPLETION)
        return
    if example.format == "preference":
        yield from _object(example.value, "$", _PREFERENCE)
        for name in OUTPUTS:
            yield from _messages(example.value.get(name), f"$.{name}")
        if not isinstance(example.value.get("input"), dict):
            return
    conversation = example.conversation
    if example.format == "reinforcement":
        conversation = {n: v for n, v in conversation.items() if n in _CONVERSATION}
    yield from _object(conversation, example.path, _CONVERSATION)
    for tool, at in items(conversation.get("tools"), f"{example.path}.tools"):
        yield from _tool(tool, at)
    for function, at in items(conversation.get("functions"), f"{example.path}.functions"):
        yield from _bare_function(function, at)
    yield from _messages(conversation.get("messages"), f"{example.path}.messages")


def _messages(messages: object, path: str) -> Iterator[Problem]:
    for message, at in items(messages, path):
        role = get(message, "role")
        if not isinstance(message, dict) or not isinstance(role, str):
            yield from _object(message, at, _ANY_ROLE)
        elif role in ROLES:  # another is a finding of its own
            yield from _object(message, at, _MESSAGE[role])
            for part, part_at in items(message.get("content"), f"{at}.content"):
                yield from _part(part, part_at)
            for call, call_at in items(message.get("tool_calls"), f"{at}.tool_calls"):
                yield from _object(call, call_at, _TOOL_CALL)
                yield from _type_of_tool(call, call_at)
                yield from _call(get(call, "function"), f"{call_at}.function")
            yield from _call(message.get("function_call"), f"{at}.function_call")


def _part(part: object, path: str) -> Iterator[Problem]:
    name = get(part, "type")
    if isinstance(name, str) and name not in _PARTS:
        return  # a finding of its own
    yield from _object(part, path, _PARTS[name if isinstance(name, str) else "text"])
    image = get(part, "image_url")
    if name == "image_url" and isinstance(image, dict):
        yield from _object(image, f"{path}.image_url", _IMAGE)


def _tool(tool: object, path: str) -> Iterator[Problem]:
    kind = get(tool, "type")
    if isinstance(tool, dict) and "function" not in tool and "name" in tool:
        text = 'a function by itself; write {"type": "function", "function": {...}} around it.'
        yield MISSING_FIELD.at(path, text)
    elif isinstance(kind, str) and kind != "function":
        yield from _type_of_tool(tool, path)
    else:
        yield from _object(tool, path, _TOOL)
        yield from _function(get(tool, "function"), f"{path}.function")


def _bare_function(function: object, path: str) -> Iterator[Problem]:
    if isinstance(function, dict) and isinstance(function.get("function"), dict):
        text = 'the form of "tools"; write them as "tools", which replaced "functions".'
        yield UNKNOWN_FIELD.at(f"{path}.function", text)
    else:
        yield from _object(function, path, _FUNCTION)


def _function(function: object, path: str) -> Iterator[Problem]:
    if isinstance(function, dict):
        yield from _object(function, path, _FUNCTION)


def _call(call: object, path: str) -> Iterator[Problem]:
    if isinstance(call, dict):
        if isinstance(call.get("arguments"), dict | list):  # a finding of its own
            call = {**call, "arguments": ""}
        yield from _object(call, path, _CALL)


def _type_of_tool(value: object, path: str) -> Iterator[Problem]:
    kind = get(value, "type")
    if isinstance(kind, str) and kind != "function":
        yield WRONG_TYPE.at(f"{path}.type", f'{shown(kind)}: write "function".')


def _object(value: object, path: str, fields: Mapping[str, Field]) -> Iterator[Problem]:
    """Unknown, missing and wrongly typed fields of an object, or that it is no object."""
    if not isinstance(value, dict):
        yield from _expect(value, path, OBJECT)
        return
    for name, item in value.items():
        field = fields.get(name)
        if field is None:
            yield UNKNOWN_FIELD.at(join(path, name), f"{_advice(name, fields)}.")
        elif type(item) not in field.types:
            yield from _expect(item, join(path, name), field)
    for name, field in fields.items():
        if field.required and name not in value:
            yield MISSING_FIELD.at(path, f'"{name}" is missing; add it.')


def _advice(name: str, fields: Mapping[str, Field]) -> str:
    table = _EXAMPLE_ADVICE if "messages" in fields else _MESSAGE_ADVICE if "role" in fields else {}
    return table.get(name, f"not part of the format; only: {offered(fields)}")


def _expect(value: object, path: str, field: Field) -> Iterator[Problem]:
    if type(value) not in field.types:
        found = "null" if value is None else f"{json_type(value)} {shown(value)}"
        yield WRONG_TYPE.at(path, f"expected {type_names(field)}, got {found}.")


RULE = Rule(check, ALL, basic=True)
