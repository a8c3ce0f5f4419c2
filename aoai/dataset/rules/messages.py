"""Rules for one message, whatever the format that it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aoai.dataset.finding import Problem, shown
from aoai.dataset.rules.content import check_content, check_not_blank
from aoai.dataset.rules.shapes import (
    ANYTHING,
    ARRAY,
    ELSEWHERE,
    OBJECT,
    STRING,
    UNUSED,
    Field,
    check_object,
    get,
    nullable,
    required,
)
from aoai.dataset.rules.tools import check_call, check_calls

_TEXT = Field((str, list))
_COMMON = {
    "role": required(STRING),
    "content": required(_TEXT),
    "name": nullable(STRING),
    "weight": ELSEWHERE,
}

FIELDS: Mapping[str, Mapping[str, Field]] = {
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
"""The fields of a message by its role. OpenAI API, fine-tuning chat request input."""

# Tuples, not sets: in data a role may be anything, and not all of that can be hashed.
SYSTEM_ROLES = ("system", "developer")
_SPEAKING_ROLES = (*SYSTEM_ROLES, "user", "assistant")  # a tool may well answer nothing


def check_message(message: object, path: str, roles: tuple[str, ...]) -> Iterator[Problem]:
    """What is wrong with a message that may have one of these roles."""
    role = get(message, "role")
    if not isinstance(message, dict) or not isinstance(role, str):
        yield from check_object(message, path, {**FIELDS["assistant"], **FIELDS["tool"], **_ANY})
        return
    if role not in roles:
        names = ", ".join(name for name in FIELDS if name in roles and name != "function")
        meant = _MEANT.get(role.lower(), role.lower())
        hint = f'; write "{meant}"' if meant in roles else ""
        yield Problem("unknown-role", f"{path}.role", f"{shown(role)} is none of: {names}{hint}.")
        return
    yield from check_object(message, path, FIELDS[role])
    yield from _check_weight(message, path, role)
    content = message.get("content")
    yield from check_content(content, f"{path}.content", role)
    if role in _SPEAKING_ROLES and not _calls(message):
        yield from check_not_blank(content, f"{path}.content")
    if role == "assistant":
        yield from _check_answer(message, path)


def _calls(message: dict[str, object]) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


# Roles of other tools' formats.
_MEANT = {"human": "user", "ai": "assistant", "bot": "assistant", "gpt": "assistant"}

# A message whose role is not known cannot be held against one role's fields.
_ANY = {
    "role": required(STRING),
    "content": nullable(_TEXT),
    "tool_call_id": STRING,
    "weight": ANYTHING,
}


def _check_weight(message: dict[str, object], path: str, role: str) -> Iterator[Problem]:
    if "weight" not in message:
        return
    weight = message["weight"]
    if role != "assistant":
        text = f"only assistant messages have a weight, not {role}; remove it."
        yield Problem("bad-weight", f"{path}.weight", text)
    elif weight is not None and (type(weight) is not int or weight not in {0, 1}):
        yield Problem("bad-weight", f"{path}.weight", f"{shown(weight)}: write 0 or 1.")


def _check_answer(message: dict[str, object], path: str) -> Iterator[Problem]:
    calls, call = message.get("tool_calls"), message.get("function_call")
    if calls is not None:
        yield from check_calls(calls, f"{path}.tool_calls")
    if call is not None:
        yield Problem("deprecated-functions", f"{path}.function_call", "write tool_calls instead.")
        yield from check_call(call, f"{path}.function_call")
    says = (message.get("content"), message.get("refusal") or None, calls or None, call)
    if all(value is None for value in says):
        yield Problem(
            "missing-content", path, "an assistant message needs content, a refusal or tool_calls."
        )
