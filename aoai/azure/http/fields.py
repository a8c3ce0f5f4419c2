"""Lenient readers for what the service sends: a field may be absent, null or of another type."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """The value as a whole number, or None if it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value)


def number(value: object) -> float | None:
    """The value as a float, or None if it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def mapping(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Json]:
    """The objects of a list; anything else in it is left out."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def numbers(value: object) -> dict[str, float]:
    """The members of an object that are finite numbers."""
    found = {str(key): number(item) for key, item in mapping(value).items()}
    return {key: item for key, item in found.items() if item is not None}


def texts(value: object) -> dict[str, str]:
    """The members of an object that are strings."""
    return {str(key): item for key, item in mapping(value).items() if isinstance(item, str)}
