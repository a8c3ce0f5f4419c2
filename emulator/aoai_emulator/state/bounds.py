"""Bounds of what is set from outside: numbers that are numbers, patterns that are patterns."""

from __future__ import annotations

import math
import re


def bounded(value: object, name: str, low: float, high: float) -> float:
    """A number within bounds.

    Raises:
        ValueError: it is no number, not finite, or out of bounds.
    """
    try:
        number = float(str(value))
    except ValueError:
        raise ValueError(f"{name}={value!r} is not a number") from None
    if not math.isfinite(number) or not low <= number <= high:
        raise ValueError(f"{name}={value!r} is not from {low:g} to {high:g}")
    return number


def compiled(pattern: object, name: str) -> re.Pattern[str]:
    """A regular expression, for any letter case.

    Raises:
        ValueError: it is none.
    """
    try:
        return re.compile(str(pattern), re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{name}={pattern!r} is no regular expression: {error}") from None
