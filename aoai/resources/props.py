"""The border between the engine's property bags and typed Python.

The engine sends every number as a float, a value that is not known yet as an ``Unknown`` object
(in ``check`` and ``diff``, also inside lists and maps), and drops keys whose value is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from pulumi.output import contains_unknowns

from aoai.conversion import convert
from aoai.errors import ConfigurationError

T = TypeVar("T")

_AS_IT_IS = frozenset((str, bool, int, type(None)))
_PLAIN = _AS_IT_IS | {float}


def plain(value: Any) -> Any:
    """A property value with whole floats turned back into the integers that they were."""
    kind = type(value)
    if kind in _AS_IT_IS:  # most are: the other questions cost more
        return value
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind is dict or isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if kind is list or isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def is_known(value: Any) -> bool:
    """Whether neither the value nor anything inside it still has to be computed."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is dict:
        return all(map(is_known, value.values()))
    if kind is list:
        return all(map(is_known, value))
    return not contains_unknowns(value)


def parse_state(kind: type[T], props: Mapping[str, Any]) -> T:
    """Read stored outputs as ``kind``, a frozen dataclass; keys that it does not know are skipped.

    Raises:
        ConfigurationError: a property is missing or has the wrong type.
    """
    try:
        return convert(plain(props), kind)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"the stored properties cannot be read: {error}") from None


def lookup(props: Mapping[str, Any], dotted: str) -> Any:
    """The value at ``account.id`` or ``sku``; None where any part of the way is missing.

    An unknown map makes everything inside it unknown too.
    """
    outer, _, inner = dotted.partition(".")
    value = props.get(outer)
    if inner and isinstance(value, Mapping):
        return lookup(value, inner)
    return plain(value)
