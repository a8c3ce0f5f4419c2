"""What is in a data file: examples, tokens, format, and the first thing that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BOM = b"\xef\xbb\xbf"
_BYTES_PER_TOKEN = 4  # the usual rule of thumb for English text; no tokenizer is shipped
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_INSTEAD = ("tool_calls", "function_call", "refusal")  # what an assistant may say without content
_HARM = re.compile(rb"\[emulator:harm=([a-z_]+)\]")


@dataclass(frozen=True)
class Facts:
    """A data file in numbers, with what is wrong with it and what a safety check finds.

    ``problem`` is a sentence that names the first bad line; the service counts lines from 0.
    """

    examples: int = 0
    tokens: int = 0
    format: str = "unknown"
    problem: str | None = None
    ends_with_user: bool = True
    harms: tuple[str, ...] = ()


class _NoRecord(ValueError):
    """A line that is no JSON object in UTF-8."""


def scan(path: Path) -> Facts:
    """Read a file once. A bad line ends the reading, as it makes the file useless."""
    examples = tokens = 0
    formats: set[str] = set()
    harms: set[str] = set()
    ends_with_user = True
    for number, line in _lines(path):
        try:
            record = _record(line)
        except _NoRecord:
            text = f"Deserialization of line #{number} failed."
            return Facts(examples, tokens, _one(formats), text)
        except ValueError as error:
            return Facts(examples, tokens, _one(formats), f"Line #{number}: {error}.")
        examples += 1
        tokens += max(1, len(line) // _BYTES_PER_TOKEN)
        formats.add(_format(record))
        harms.update(match.decode() for match in _HARM.findall(line))
        ends_with_user = ends_with_user and _last_role(record) == "user"
    if not examples:
        return Facts(problem="No valid json line found in file.")
    return Facts(
        examples, tokens, _one(formats), ends_with_user=ends_with_user, harms=tuple(sorted(harms))
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream):
            text = line.removeprefix(_BOM) if number == 0 else line
            if text.strip():
                yield number, text


def _record(line: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_refuse)
        json.dumps(record, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise _NoRecord from None
    if not isinstance(record, dict):
        raise _NoRecord
    problem = _shape_problem(record)
    if problem:
        raise ValueError(problem)
    return record


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _shape_problem(record: Mapping[str, Any]) -> str | None:
    kind = _format(record)
    if kind == "chat":
        return _chat_problem(record["messages"])
    if kind == "preference":
        return _preference_problem(record)
    if kind == "completion":
        texts = (record["prompt"], record["completion"])
        return (
            None
            if all(isinstance(each, str) for each in texts)
            else "prompt and completion must be text"
        )
    return (
        "the line has neither messages nor input with preferred_output nor prompt with completion"
    )


def _preference_problem(record: Mapping[str, Any]) -> str | None:
    sides = (record["preferred_output"], record["non_preferred_output"])
    if not isinstance(record["input"], dict) or not all(isinstance(each, list) for each in sides):
        return "input must be an object, preferred_output and non_preferred_output lists"
    for messages in (record["input"].get("messages"), *sides):
        problem = _chat_problem(messages)
        if problem:
            return problem
    if not all(any(message["role"] == "assistant" for message in side) for side in sides):
        return "preferred_output and non_preferred_output must hold an assistant message"
    return None


def _chat_problem(messages: Any) -> str | None:
    if not isinstance(messages, list) or not messages:
        return "messages must be a list with at least one message"
    for message in messages:
        problem = _message_problem(message)
        if problem:
            return problem
    return None


def _message_problem(message: Any) -> str | None:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return "every message must be an object with a role"
    role = message["role"]
    if role not in _ROLES:
        return f"a message has a role that is none of: {', '.join(_ROLES)}"
    weight = message.get("weight")
    if weight is not None and (type(weight) is not int or weight not in (0, 1)):
        return "the weight of a message must be 0 or 1"
    content = message.get("content")
    if content is None:
        speaks = role == "assistant" and any(message.get(name) for name in _INSTEAD)
        return (
            None if speaks or role == "function" else f"a message of role {role!r} has no content"
        )
    if not isinstance(content, str | list):
        return "the content of a message must be text or a list of parts"
    return None


def _format(record: Mapping[str, Any]) -> str:
    if "messages" in record:
        return "chat"
    if {"input", "preferred_output", "non_preferred_output"} <= set(record):
        return "preference"
    if {"prompt", "completion"} <= set(record):
        return "completion"
    return "unknown"


def _last_role(record: Mapping[str, Any]) -> str:
    messages = record.get("messages")
    return str(messages[-1]["role"]) if messages else ""


def _one(formats: set[str]) -> str:
    return formats.pop() if len(formats) == 1 else "mixed" if formats else "unknown"
