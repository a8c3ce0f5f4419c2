"""Plain checks of decoded JSON against the fields that an object may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aoai.dataset.finding import Problem, shown


class Field(NamedTuple):
    """A field of an object: the JSON types that it may have, and whether it must be there."""

    types: tuple[str, ...]
    required: bool = False


STRING = Field(("string",))
BOOLEAN = Field(("boolean",))
OBJECT = Field(("object",))
ARRAY = Field(("array",))


def required(field: Field) -> Field:
    """The same field, which must be there."""
    return field._replace(required=True)


def nullable(field: Field) -> Field:
    """The same field, which may be null."""
    return field._replace(types=(*field.types, "null"))


def json_type(value: object) -> str:
    """The name of a decoded value's JSON type."""
    for name, kind in _TYPES:
        if isinstance(value, kind):
            return name
    return "null"


# bool before int: in Python a bool is an int.
_TYPES = (
    ("boolean", bool),
    ("integer", int),
    ("number", float),
    ("string", str),
    ("array", list),
    ("object", dict),
)


def expect(value: object, path: str, field: Field) -> Iterator[Problem]:
    """A problem if the value is of none of the field's types."""
    found = json_type(value)
    if found not in field.types:
        wanted = " or ".join(field.types)
        yield Problem("wrong-type", path, f"expected {wanted}, got {found} {shown(value)}.")


def check_object(value: object, path: str, fields: Mapping[str, Field]) -> Iterator[Problem]:
    """Unknown, missing and wrongly typed fields of an object, or that it is no object."""
    if not isinstance(value, dict):
        yield from expect(value, path, OBJECT)
        return
    for name in value:
        if name not in fields:
            known = ", ".join(fields)
            yield Problem(
                "unknown-field", join(path, name), f"not part of the format; only: {known}."
            )
    for name, field in fields.items():
        if name in value:
            yield from expect(value[name], join(path, name), field)
        elif field.required:
            yield Problem("missing-field", path, f'"{name}" is missing; add it.')


def join(path: str, name: str) -> str:
    """The JSON path of a field; a name that is no plain word is quoted and shortened."""
    plain = name.isidentifier() and shown(name) == f"'{name}'"
    return f"{path}.{name}" if plain else f"{path}[{shown(name)}]"


def items(value: object, path: str) -> Iterator[tuple[Any, str]]:
    """The items of an array with their paths; nothing if it is no array."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, f"{path}[{index}]"


def get(value: object, name: str) -> Any:
    """A field of an object; None if it is not there, or if the value is no object."""
    return value.get(name) if isinstance(value, dict) else None
