"""A line is JSON that every reader understands alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from aoai.dataset.example.rule import ALL, PlainLines, Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, shown, warning

DUPLICATE_KEY = warning(
    "duplicate-key",
    "an object has a key twice: only the last value counts",
    "RFC 8259, section 4: names should be unique",
)
HUGE_INTEGER = warning(
    "huge-integer",
    "an integer beyond 64 bits, which readers round differently",
    "RFC 8259, section 6",
)

_LARGEST_DIGITS = 19  # of 64 bits, sign apart


def check(example: Example) -> Iterator[Problem]:
    """Keys that are there twice, and huge integers."""
    repeated: list[str] = []
    huge: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> None:
        times = Counter(name for name, _ in pairs)
        if len(times) < len(pairs):
            repeated.extend(sorted(name for name in times if times[name] > 1))

    def measure(digits: str) -> None:
        if len(digits.lstrip("-")) > _LARGEST_DIGITS:
            huge.append(digits)

    json.loads(example.line, object_pairs_hook=collect, parse_int=measure)
    for name in repeated:
        yield DUPLICATE_KEY.at("", f"the key {shown(name)} is there twice; remove one.")
    for digits in huge:
        yield HUGE_INTEGER.at("", f"{digits[:20]}... is beyond 64 bits; write it as a string.")


RULE = Rule(check, ALL, PlainLines.SAMPLED)
