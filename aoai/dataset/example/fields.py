"""Plain checks of decoded JSON against the fields that an object may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, NamedTuple

from aoai.dataset.finding import shown


class Field(NamedTuple):
    """A field of an object: the types that its decoded value may have; whether it is required."""

    types: tuple[type, ...]
    required: bool = False


STRING = Field((str,))
BOOLEAN = Field((bool,))
OBJECT = Field((dict,))
ARRAY = Field((list,))

ANYTHING = Field((bool, int, float, str, list, dict, NoneType))
"""A field of any type: a rule of its own checks it."""

ELSEWHERE = ANYTHING._replace()
"""A field of other objects: a rule of its own reports it here."""

UNUSED = Field((NoneType,))
"""A field of the API that training has no use for: null is accepted, as clients write it."""

_NAMES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    NoneType: "null",
}


def required(field: Field) -> Field:
    """The same field, which must be there."""
    return field._replace(required=True)


def nullable(field: Field) -> Field:
    """The same field, which may be null."""
    return field._replace(types=(*field.types, NoneType))


def json_type(value: object) -> str:
    """The name of a decoded value's JSON type."""
    return _NAMES[type(value)]


def type_names(field: Field) -> str:
    """The JSON types that a field may have."""
    return " or ".join(_NAMES[kind] for kind in field.types)


def offered(fields: Mapping[str, Field]) -> str:
    """The names of the fields that are of use."""
    return ", ".join(n for n, f in fields.items() if f is not ELSEWHERE and f is not UNUSED)


def join(path: str, name: str) -> str:
    """The JSON path of a field; a name that is no plain word is quoted and shortened."""
    plain = name.isidentifier() and shown(name) == f'"{name}"'
    return f"{path}.{name}" if plain else f"{path}[{shown(name)}]"


def items(value: object, path: str) -> Iterator[tuple[Any, str]]:
    """The items of an array with their paths; nothing if it is no array."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, f"{path}[{index}]"


def get(value: object, name: str) -> Any:
    """A field of an object; None if it is not there, or if the value is no object."""
    return value.get(name) if isinstance(value, dict) else None
