"""Why a line is not JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import chain
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
    found = _near(text[: error.pos].rstrip(), rest, error)
    if found:
        return found
    words = error.msg.removesuffix(" at")
    return f"{words[0].lower()}{words[1:]}; write one JSON object on each line"


def _near(before: str, rest: str, error: json.JSONDecodeError) -> str:
    """What stands where the reader stopped, if that is a fault that is often made."""
    if "trailing comma" in error.msg or (before.endswith(",") and rest[:1] in {"}", "]"}):
        return "a comma before } or ]; remove it"
    if error.msg == "Expecting ',' delimiter" and before.endswith('"'):
        return 'the text has ended; write \\" for a quote in it, or a comma after it'
    held = (words for start, words in _AT if start.match(rest))
    said = (words for message, words in _MESSAGES if error.msg.startswith(message))
    return next(chain(held, said), "")


# What a line holds where the reader stopped, and what to write instead.
_AT = (
    (re.compile("'"), "single quotes; write double quotes, as json.dumps does"),
    (re.compile("[\u2018\u2019\u201c-\u201f]"), "curly quotes; write straight double quotes"),
    (re.compile(r"[A-Za-z_]\w*\s*:"), "a key without quotes; write double quotes around it"),
    (re.compile(r"(True|False|None|undefined)\b"), "no word of JSON; write true, false or null"),
    (re.compile(r"//|/\*|#"), "a comment, which JSON has none of; remove it"),
    (re.compile("```"), "a fence of Markdown; remove the line"),
    (
        re.compile("[\u00a0\u200b-\u200f\u2028\u2029\u2060]"),
        "a character that is not seen; remove it",
    ),
)
# What the reader says, and what to write instead.
_MESSAGES = (
    (
        "Invalid control character",
        "a line break or tab within a text; write \\n or \\t",
    ),
    ("Invalid \\u", "\\u without four hexadecimal digits; write them, or two backslashes"),
    ("Invalid \\", "a backslash by itself; write two, as json.dumps does"),
)


def _has_surrogates(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
