"""How deeply the JSON of a line is nested, counted here: an interpreter's own limit varies."""

from __future__ import annotations

import re

from aoai.dataset.finding import error
from aoai.dataset.limits import MAXIMUM_DEPTH

NESTED_TOO_DEEPLY = error(
    "nested-too-deeply",
    "objects and arrays are nested more than 100 levels deep",
    "our own limit (MAXIMUM_DEPTH in aoai/dataset/limits.py)",
)
NESTED = NESTED_TOO_DEEPLY.at("", f"nested more than {MAXIMUM_DEPTH} levels; flatten the example.")

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def is_nested_too_deeply(text: bytes, within: int = 0) -> bool:
    """Whether brackets outside strings are open at more than ``MAXIMUM_DEPTH`` levels at once.

    Args:
        text: a line, or a value within it. It need not be JSON.
        within: levels of the line that the value is in.
    """
    if text.count(b"[") + text.count(b"{") + within <= MAXIMUM_DEPTH:
        return False
    depth = within
    for bracket in _BRACKET.finditer(_STRING.sub(b"", text)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAXIMUM_DEPTH:
            return True
    return False
