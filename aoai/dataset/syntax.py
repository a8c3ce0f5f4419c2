"""Why a line is not JSON, or not JSON that everybody reads alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from aoai.dataset.finding import Problem, shown

_NOT_NUMBERS = re.compile(rb"[\[:,]\s*-?(NaN|Infinity|nan|inf)\b")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")


def explain_syntax(line: bytes) -> Problem:
    """The reason why a line could not be decoded. ``line`` must be one that could not."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return Problem(
            "invalid-utf8",
            "",
            f"byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8.",
        )
    number = _NOT_NUMBERS.search(line)
    if number:
        word = number.group(1).decode()
        return Problem("not-a-number", "", f"{word} is not JSON; write a number or null.")
    try:
        msgspec.json.decode(line)
    except RecursionError:
        return Problem("nested-too-deeply", "", "nested too deeply; flatten the example.")
    except (msgspec.DecodeError, UnicodeError) as error:
        return _explain_decode_error(str(error))
    raise ValueError("the line is JSON")


def _explain_decode_error(text: str) -> Problem:
    if "surrogate" in text:
        return Problem(
            "lone-surrogate", "", "holds half a surrogate pair (\\ud800 to \\udfff); write both."
        )
    if "out of range" in text:
        return Problem("not-a-number", "", "holds a number that is too large for JSON readers.")
    place = _AT_BYTE.search(text)
    at = f" at byte {int(place.group(1)) + 1} of the line" if place else ""
    if "truncated" in text:
        return Problem("invalid-json", "", "ends too early; write each example on one line.")
    return Problem("invalid-json", "", f"not valid JSON{at}; write one JSON object on each line.")


def duplicate_keys(line: bytes) -> Iterator[Problem]:
    """Keys that an object of a valid line names twice: decoders keep the last, silently."""
    found: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            found.extend(sorted({name for name in names if names.count(name) > 1}))

    json.loads(line, object_pairs_hook=collect, parse_int=str)
    for name in found:
        yield Problem("duplicate-key", "", f"the key {shown(name)} stands twice; remove one.")
