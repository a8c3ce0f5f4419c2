"""Plain checks of decoded JSON against the fields that an object may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, NamedTuple

from aoai.dataset.finding import Problem, shown


class Field(NamedTuple):
    """A field of an object: the types that its decoded value may have; whether it must be there."""

    types: tuple[type, ...]
    required: bool = False


STRING = Field((str,))
BOOLEAN = Field((bool,))
OBJECT = Field((dict,))
ARRAY = Field((list,))

ANYTHING = Field((bool, int, float, str, list, dict, NoneType))
"""A field of any type: its own rule says what is wrong with it."""

ELSEWHERE = ANYTHING._replace()
"""A field that belongs elsewhere: its own rule says so."""

UNUSED = Field((NoneType,))
"""A field of the API that training has no use for: null may stand there, as clients write it."""

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


def expect(value: object, path: str, field: Field) -> Iterator[Problem]:
    """A problem if the value is of none of the field's types."""
    if type(value) not in field.types:
        wanted = " or ".join(_NAMES[kind] for kind in field.types)
        found = "null" if value is None else f"{json_type(value)} {shown(value)}"
        yield Problem("wrong-type", path, f"expected {wanted}, got {found}.")


def check_object(value: object, path: str, fields: Mapping[str, Field]) -> Iterator[Problem]:
    """Unknown, missing and wrongly typed fields of an object, or that it is no object."""
    if not isinstance(value, dict):
        yield from expect(value, path, OBJECT)
        return
    for name, item in value.items():
        field = fields.get(name)
        if field is None:
            text = f"not part of the format; only: {', '.join(_offered(fields))}."
            yield Problem("unknown-field", join(path, name), text)
        elif type(item) not in field.types:
            yield from expect(item, join(path, name), field)
    for name, field in fields.items():
        if field.required and name not in value:
            yield Problem("missing-field", path, f'"{name}" is missing; add it.')


def _offered(fields: Mapping[str, Field]) -> Iterator[str]:
    for name, field in fields.items():
        if field is not ELSEWHERE and field is not UNUSED:
            yield name


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
