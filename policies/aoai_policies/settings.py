"""Settings of rules: their schemas, and reading them as types.

The engine checks a config file against the schemas; a number may still come as a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Schema = Mapping[str, object]
ANY = "*"
"""In a list of what is allowed: everything."""


def number_setting(description: str, default: float, *, minimum: float = 0) -> Schema:
    """The schema of a number."""
    return {
        "type": "number",
        "minimum": minimum,
        "default": default,
        "description": description,
    }


def flag_setting(description: str, *, default: bool) -> Schema:
    """The schema of true or false."""
    return {"type": "boolean", "default": default, "description": description}


def list_setting(description: str, default: Sequence[str]) -> Schema:
    """The schema of a list of texts."""
    return {
        "type": "array",
        "items": {"type": "string"},
        "default": list(default),
        "description": description,
    }


def range_setting(description: str, default: tuple[float, float]) -> Schema:
    """The schema of a smallest and a largest value."""
    return {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "default": list(default),
        "description": description,
    }


def number(config: Mapping[str, object], name: str) -> float:
    """A number.

    Raises:
        TypeError: it is none.
    """
    value = config[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number")
    return float(value)


def flag(config: Mapping[str, object], name: str) -> bool:
    """True or false.

    Raises:
        TypeError: it is neither.
    """
    value = config[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be true or false")
    return value


def texts(config: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        TypeError: it is none.
    """
    value = config[name]
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError(f"{name} must be a list")
    if not all(isinstance(item, str) for item in value):
        raise TypeError(f"{name} must be a list of texts")
    return tuple(value)


def allows(allowed: Sequence[str], value: str) -> bool:
    """Whether a list of what is allowed has a value, in any case of letters."""
    return ANY in allowed or value.casefold() in {item.casefold() for item in allowed}


def limits(config: Mapping[str, object], name: str) -> tuple[float, float]:
    """A smallest and a largest value.

    Raises:
        TypeError: it is not a list of two numbers.
    """
    value = config[name]
    if not isinstance(value, Sequence) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise TypeError(f"{name} must be a list of two numbers")
    low, high = (float(item) for item in value)
    return low, high
