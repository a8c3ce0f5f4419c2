"""Why a line is not JSON, or not JSON that every reader understands alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from aoai.dataset.finding import Problem, shown

CANNOT_DECODE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What a decoder raises for data that is not JSON, or not of its type."""

NESTED = Problem("nested-too-deeply", "", "nested too deeply; flatten the example.")

_Data = TypeVar("_Data")
_Value = TypeVar("_Value")
_LARGEST_INTEGER_DIGITS = 19  # of 64 bits, sign apart


def explain_syntax(line: bytes) -> Problem:
    """The reason why a line could not be decoded."""
    if b"\0" in line:
        return Problem("invalid-utf8", "", "holds zero bytes, as UTF-16 does; save it as UTF-8.")
    try:
        return _explain_text(line.decode())
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1} of the line"
        return Problem("invalid-utf8", "", f"{place} is not UTF-8; save the file as UTF-8.")


def _explain_text(text: str) -> Problem:
    if text.startswith("\ufeff"):
        reason = "a byte order mark within the file, as when two files are joined; remove it."
        return Problem("invalid-json", "", reason)
    words: list[str] = []
    try:
        # The library's own reader is laxer and says more; what it takes, the strict one refused
        # for one of three reasons.
        value = json.loads(text, parse_constant=words.append, parse_int=str)
    except json.JSONDecodeError as error:
        return _explain_error(text, error)
    except RecursionError:
        return NESTED
    if words:
        return Problem("not-a-number", "", f"{words[0]} is not JSON; write a number or null.")
    if _has_surrogates(value):
        return Problem(
            "lone-surrogate", "", "holds half of a surrogate pair (\\ud800 to \\udfff); write both."
        )
    return Problem("not-a-number", "", "holds a number too large to be read; write a smaller one.")


def attempt(coder: Callable[[_Data], _Value], data: _Data) -> _Value | None:
    """What a decoder or encoder makes of the data; None if it refuses."""
    try:
        return coder(data)
    except CANNOT_DECODE:
        return None


def is_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        msgspec.json.decode(text)
    except CANNOT_DECODE:
        return False
    return True


def ambiguities(line: bytes) -> Iterator[Problem]:
    """What readers of a valid line understand differently: keys named twice, huge integers."""
    repeated: list[str] = []
    huge: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> None:
        times = Counter(name for name, _ in pairs)
        if len(times) < len(pairs):
            repeated.extend(sorted(name for name in times if times[name] > 1))

    def measure(digits: str) -> None:
        if len(digits.lstrip("-")) > _LARGEST_INTEGER_DIGITS:
            huge.append(digits)

    json.loads(line, object_pairs_hook=collect, parse_int=measure)
    for name in repeated:
        yield Problem("duplicate-key", "", f"the key {shown(name)} stands twice; remove one.")
    for digits in huge:
        yield Problem(
            "huge-integer", "", f"{digits[:20]}... is beyond 64 bits; write it as a string."
        )


def _explain_error(text: str, error: json.JSONDecodeError) -> Problem:
    if text.strip() in {"[", "]"}:
        return Problem("invalid-json", "", "a JSON array; write one object on each line instead.")
    if not text[error.pos :].strip():
        return Problem("invalid-json", "", "ends too early; write each example on one line.")
    if error.msg == "Extra data":
        reason = "more follows after the example; write one example on each line"
        if text[: error.pos].endswith("\r"):
            reason = "a line end of \\r alone; end lines with \\n"
    else:
        words = error.msg.removesuffix(" at")
        reason = f"{words[0].lower()}{words[1:]}; write one JSON object on each line"
    return Problem("invalid-json", "", f"not JSON at character {error.pos + 1}: {reason}.")


def _has_surrogates(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
