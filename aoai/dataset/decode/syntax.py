"""Why a line is not JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from aoai.dataset.decode.nesting import NESTED, is_nested_too_deeply
from aoai.dataset.finding import Problem, error

CANNOT_DECODE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What a decoder raises for data that is not JSON, or not of its type."""

_UTF8 = 'page "Customize a model with fine-tuning": JSON Lines, encoded in UTF-8'

INVALID_UTF8 = error("invalid-utf8", "the line is not UTF-8", _UTF8)
INVALID_JSON = error("invalid-json", "the line is not JSON", f"{_UTF8}; RFC 8259")
LONE_SURROGATE = error(
    "lone-surrogate", "an escape such as \\ud800 that is no character", "RFC 8259, section 8.2"
)
NOT_A_NUMBER = error(
    "not-a-number", "NaN, Infinity, or a number too large: not JSON", "RFC 8259, section 6"
)

_Data = TypeVar("_Data")
_Value = TypeVar("_Value")

_UNQUOTED_KEY = re.compile(r"[A-Za-z_]\w*\s*:")


def explain_syntax(line: bytes) -> Problem:
    """The reason why a line could not be decoded."""
    if b"\0" in line:
        return INVALID_UTF8.at("", "holds zero bytes, as UTF-16 does; save it as UTF-8.")
    if is_nested_too_deeply(line):
        return NESTED
    try:
        return _explain_text(line.decode())
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1} of the line"
        return INVALID_UTF8.at("", f"{place} is not UTF-8; save the file as UTF-8.")


def _explain_text(text: str) -> Problem:
    if text.startswith("\ufeff"):
        reason = "a byte order mark within the file, as when two files are joined; remove it."
        return INVALID_JSON.at("", reason)
    words: list[str] = []
    try:
        # The library's own reader is laxer and explains more; what it takes, the strict one
        # refused for one of three reasons.
        value = json.loads(text, parse_constant=words.append, parse_int=str)
    except json.JSONDecodeError as error:
        return _explain_error(text, error)
    if words:
        return NOT_A_NUMBER.at("", f"{words[0]} is not JSON; write a number or null.")
    if _has_surrogates(value):
        text = "holds half of a surrogate pair (\\ud800 to \\udfff); write both."
        return LONE_SURROGATE.at("", text)
    return NOT_A_NUMBER.at("", "holds a number too large to be read; write a smaller one.")


def attempt(coder: Callable[[_Data], _Value], data: _Data) -> _Value | None:
    """What a decoder or encoder makes of the data; None if it refuses."""
    try:
        return coder(data)
    except CANNOT_DECODE:
        return None


def is_json_object(text: str) -> bool:
    """Whether a text is a JSON object that is not nested too deeply."""
    if is_nested_too_deeply(text.encode(errors="replace")):
        return False
    return isinstance(attempt(msgspec.json.decode, text), dict)


def _explain_error(text: str, error: json.JSONDecodeError) -> Problem:
    rest = text[error.pos :]
    if text.strip() in {"[", "]"}:
        return INVALID_JSON.at("", "a JSON array; write one object on each line instead.")
    if not rest.strip():
        return INVALID_JSON.at("", "ends too early; write each example on one line.")
    return INVALID_JSON.at("", f"not JSON at character {error.pos + 1}: {_reason(text, error)}.")


def _reason(text: str, error: json.JSONDecodeError) -> str:
    rest = text[error.pos :]
    if error.msg == "Extra data":
        if text[: error.pos].endswith("\r"):
            return "a line end of \\r alone; end lines with \\n"
        if rest.strip() == ",":
            return "a comma after the example; remove it"
        return "more follows after the example; write one example on each line"
    if rest.startswith("'"):
        return "single quotes; write double quotes, as json.dumps does"
    if _UNQUOTED_KEY.match(rest):
        return "a key without quotes; write double quotes around it"
    words = error.msg.removesuffix(" at")
    return f"{words[0].lower()}{words[1:]}; write one JSON object on each line"


def _has_surrogates(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
