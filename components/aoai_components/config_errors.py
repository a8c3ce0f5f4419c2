"""Reading a part of a stack's file: every fault of it, with its key and what to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from aoai.conversion import convert

T = TypeVar("T", bound=msgspec.Struct)

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
}
"""What a person who writes YAML calls the decoder's types."""

TAKES = "takes"
"""Where a type's annotation says in words what a value may be."""

_TYPES = re.compile(r"`([\w |]+)`")


def read_entry(where: str, value: Any, kind: type[T], problems: list[str]) -> T | None:
    """One entry of a section; what is wrong with it is noted.

    What is left of an entry with faults is read all the same, if it is enough, so that the rest of
    it can be judged too; None if it is not.
    """
    found = list(faults(where, value, kind))
    problems += found
    sound = _without_faults(where, value, kind) if found else value
    try:
        return convert(sound, kind, strict=False)
    except msgspec.ValidationError:
        return None


def faults(where: str, value: Any, kind: Any) -> Iterator[str]:
    """What is wrong with a value, and with everything inside it, each with its key."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    alternatives = get_args(plain) if get_origin(plain) in (Union, UnionType) else ()
    for part in (plain, *alternatives):
        if isinstance(value, list) and get_origin(part) in (list, tuple):
            for index, item in enumerate(value):
                yield from faults(f"{where}[{index}]", item, get_args(part)[0])
            return
        if isinstance(value, Mapping) and get_origin(part) in (dict, Mapping):
            for key, item in value.items():
                yield from faults(f"{where}.{key}", item, get_args(part)[1])
            return
        if isinstance(value, Mapping) and _is_struct(part):
            yield from _struct_faults(where, value, part)
            return
    try:
        # Not strict: `pulumi config set --path` writes numbers in quotes.
        convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        yield f"{where}: {_said(str(error), value, _takes(kind))}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant, as the end of a sentence; empty if none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean `{near[0]}`?" if near else ""


def reference(where: str, key: str, known: Any) -> Iterator[str]:
    """What is wrong with a setting that names an entry of another section; ``known`` is that."""
    names = list(known) if isinstance(known, Mapping) else []
    if key not in names:
        section = f"{where.rsplit('.', 1)[1]}s"
        yield f"{where}: there is no `{key}` under `{section}`{did_you_mean(key, names)}"


def in_short(keys: Sequence[str]) -> str:
    """The first keys of a list, and how many more there are."""
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return f"{', '.join(keys[:_SHOWN])}{more}"


_SHOWN = 3


def _struct_faults(
    where: str, value: Mapping[str, Any], kind: type[msgspec.Struct]
) -> Iterator[str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    meant = []
    for key, item in value.items():
        if key in fields:
            yield from faults(f"{where}.{key}", item, fields[key].type)
        else:
            hint = did_you_mean(key, fields)
            meant.append(hint)
            hint = hint or _all_of(fields)
            yield f"{where}: there is no setting `{key}`{hint}"
    for name, field in fields.items():
        if field.required and name not in value and f", did you mean `{name}`?" not in meant:
            yield f"{where}: `{name}` is missing"


def _all_of(names: Iterable[str]) -> str:
    """What there is instead, as the end of a sentence, where that is not too long to read."""
    shown = ", ".join(f"`{name}`" for name in names)
    return f"; there are {shown}" if len(shown) <= _READABLE else "; docs/settings.md has them all"


_READABLE = 100


def _without_faults(where: str, value: Any, kind: type[msgspec.Struct]) -> Any:
    if not isinstance(value, Mapping):
        return value
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    sound = {}
    for key, item in value.items():
        if key in types and not list(faults(where, item, types[key])):
            sound[key] = item
        elif (group := _struct_in(types.get(key))) and isinstance(item, Mapping):
            sound[key] = _without_faults(where, item, group)
    return sound


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The struct among the alternatives of a type."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return next((part for part in (plain, *get_args(plain)) if _is_struct(part)), None)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _takes(kind: Any) -> str:
    """What a value of this type is, in words; empty if the type says all."""
    notes = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    given = next((note.extra[TAKES] for note in notes if note.extra and TAKES in note.extra), "")
    return given or _words_of(get_args(kind)[0] if notes else kind)


def _words_of(kind: Any) -> str:
    """The words that a setting takes, where it takes nothing else; it may be left out."""
    parts = [part for part in get_args(kind) if part is not type(None)]
    literal = kind if get_origin(kind) is Literal else parts[0] if len(parts) == 1 else None
    words = get_args(literal) if get_origin(literal) is Literal else ()
    return " or ".join(f"`{word}`" for word in words)


def _said(text: str, value: Any, takes: str) -> str:
    """The decoder's sentence in plain words, and what to write where that is known."""
    if takes:
        return f"takes {takes}, not {_shown(value)}"
    expected, _, got = text.partition(", got ")
    if isinstance(value, float) and got:
        got = _shown(value)
    shown = _TYPES.sub(_plain, expected[0].lower() + expected[1:])
    if got:
        shown += f", got {_TYPES.sub(_plain, got)}"
    return shown + _advice(expected, value)


def _shown(value: Any) -> str:
    """At most 20 characters of a value; a map or list by its type."""
    if isinstance(value, str):
        return repr(value[:20])
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else _WORDS_OF.get(type(value), "that")


_WORDS_OF = {dict: "a map", list: "a list", type(None): "nothing"}


def _plain(types: re.Match[str]) -> str:
    # What may be left out is the decoder's `int | null`, and for a person a whole number.
    names = types[1].removesuffix(" | null").split(" | ")
    return " or ".join(_WORDS.get(name, name) for name in names)


def _advice(expected: str, value: Any) -> str:
    if value == "auto":
        return "; leave it out, and the service chooses"
    if isinstance(value, int | float) and "str" in expected and "int" not in expected:
        return "; put it in quotes"
    return ""
