"""Lenient readers for what the service sends: a field may be absent, null or of another type."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]
_INT64 = 2**63
_DIGITS = 18  # decimal digits of such a number


def text(value: object) -> str:
    """The value if it is a string, else an empty one.

    Halves of surrogate pairs, which JSON can spell and UTF-8 cannot, become question marks.
    """
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def integer(value: object) -> int | None:
    """The value as a whole number of 64 bits, or None if it is not one."""
    if type(value) is int and abs(value) < _INT64:  # most are
        return value
    found = number(value)
    if found is None or abs(found) >= _INT64:
        return None
    return int(value)  # type: ignore[call-overload, no-any-return] # a number, as said above


def number(value: object) -> float | None:
    """The value as a float, or None if it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:  # an integer of more than 308 digits
        return None
    return found if math.isfinite(found) else None


def count(value: object) -> int | None:
    """The value as a whole number from 0 on, or None; services write -1, or less, for "unknown"."""
    found = integer(value)
    return found if found is not None and found >= 0 else None


def decimal(value: object) -> int | None:
    """The value as a whole number of 64 bits, if it is one or its decimal digits in a string."""
    digits = text(value)
    if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS:
        return int(digits)
    return integer(value)


def moment(value: object) -> datetime | None:
    """The value as a time, UTC, if it is one in ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def mapping(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Json]:
    """The objects of a list; anything else in it is left out."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


def numbers(value: object) -> dict[str, float]:
    """The members of an object that are finite numbers."""
    found = {text(key): number(item) for key, item in mapping(value).items()}
    return {key: item for key, item in found.items() if item is not None}


def texts(value: object) -> dict[str, str]:
    """The members of an object that are strings."""
    return {text(key): item for key, item in mapping(value).items() if isinstance(item, str)}
