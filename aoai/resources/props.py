"""The border between the engine's property bags and typed Python.

The engine sends every number as a float, a value that is not known yet as an ``Unknown`` object
(in ``check`` and ``diff``, also inside lists and maps), and drops keys whose value is null.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_type_hints

import msgspec
from pulumi.dynamic import CheckFailure
from pulumi.output import contains_unknowns

from aoai.errors import ConfigurationError

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A property value with whole floats turned back into the integers that they were."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def is_known(value: Any) -> bool:
    """Whether neither the value nor anything inside it still has to be computed."""
    return not contains_unknowns(value)


def parse(kind: type[T], props: Mapping[str, Any]) -> T:
    """Read a property bag as ``kind``, a frozen dataclass; keys that it does not know are skipped.

    Raises:
        ConfigurationError: a property is missing or has the wrong type.
    """
    try:
        return msgspec.convert(plain(props), kind)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"the stored properties cannot be read: {error}") from None


def problems(kind: type[Any], props: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What is wrong with an input bag by shape alone, all of it, unknown values skipped."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        required = (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        value = props.get(field.name)
        if value is None and required:
            yield CheckFailure(field.name, f"`{field.name}` is required")
        elif value is not None and is_known(value):
            yield from _type_problem(field.name, value, hints[field.name])
    for name in sorted(set(props) - set(hints) - {"__provider"}):
        yield CheckFailure(name, f"`{name}` is not an input of this resource")


def _type_problem(name: str, value: Any, hint: Any) -> Iterator[CheckFailure]:
    try:
        msgspec.convert(plain(value), hint)
    except msgspec.ValidationError as error:
        yield CheckFailure(name, f"`{name}`: {error}")


def lookup(props: Mapping[str, Any], dotted: str) -> Any:
    """The value at ``account.id`` or ``sku``; None where any part of the way is missing.

    An unknown map makes everything inside it unknown too.
    """
    value: Any = props
    for part in dotted.split("."):
        if not isinstance(value, Mapping):
            return value
        value = value.get(part)
    return plain(value)
