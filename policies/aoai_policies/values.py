"""Guarded reading of a resource's properties.

In a preview much is unknown: an output of a resource that is still to be made is missing, a value
taken from another such resource is a placeholder. Both, and a value of an unexpected type, are read
as UNKNOWN, so that no rule trips over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Final, Literal


class Unknown(Enum):
    """The type of UNKNOWN, and its only value."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
UnknownType = Literal[Unknown.UNKNOWN]
Properties = Mapping[str, object]


def section(values: Properties, name: str) -> Properties:
    """A nested object; without one, an empty one: everything in it is then unknown."""
    value = values.get(name)
    return value if isinstance(value, Mapping) else {}


def text(values: Properties, name: str) -> str | UnknownType:
    """A text that is not empty, without spaces around it."""
    value = values.get(name)
    return value.strip() if isinstance(value, str) and value.strip() else UNKNOWN


def optional_text(values: Properties, name: str) -> str | UnknownType | None:
    """A text; None where it is not given."""
    return None if values.get(name) is None else text(values, name)


def flag(values: Properties, name: str) -> bool | UnknownType:
    """True or false; not given is false."""
    value = values.get(name, False)
    return value if isinstance(value, bool) else UNKNOWN


def number(values: Properties, name: str) -> float | UnknownType | None:
    """A number; None where it is not given."""
    value = values.get(name)
    if value is None:
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else UNKNOWN


def moment(values: Properties, name: str) -> datetime | UnknownType | None:
    """A time from ISO 8601, in UTC where it names no zone; None where it is null."""
    value = values.get(name, UNKNOWN)
    if value is None:
        return None
    if not isinstance(value, str):
        return UNKNOWN
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return UNKNOWN
    return parsed.replace(tzinfo=parsed.tzinfo or UTC)


def timestamp(values: Properties, name: str) -> datetime | UnknownType | None:
    """A time from seconds since 1970, as the OpenAI API writes them, or from ISO 8601."""
    value = number(values, name)
    if value is None or value is UNKNOWN:
        return moment(values, name) if isinstance(values.get(name), str) else value
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return UNKNOWN
