"""One declaration per input, and everything that is read off it.

A resource's ``Args`` class declares each of its inputs once: type, default, and in ``Annotated`` a
:class:`Declared` with what it means, what a change of it does and its name on the wire. The diff
table, the identity of a job, the request body, the types that ``check`` holds values to, the docs
and the keys of a stack's YAML are all read from there.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints, overload

import msgspec
import pulumi
from pulumi.dynamic import CheckFailure

from aoai.conversion import convert
from aoai.errors import ConfigurationError
from aoai.resources.props import is_known, lookup, plain

T = TypeVar("T")
R = TypeVar("R")


def _once(function: Callable[[Any], R]) -> Callable[[Any], R]:
    """Read a class once; mypy does not take a class for the key of ``functools.cache``."""
    return functools.cache(function)


class Change(StrEnum):
    """What a changed input leads to."""

    REPLACE = "replace"
    UPDATE = "update"
    IGNORE = "ignore"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is declared of one input beside its type and default.

    Attributes:
        change: what a changed value leads to.
        about: what it means, for the docs, in one or two sentences.
        wire: where it goes in the request body, dotted as in ``sku.capacity``; empty if the
            service is not sent it, or not under a fixed name.
        choices: the only values that it takes, if they are few.
        computed: filled in by ``check``; not an argument of the resource.
        key: the form of a value to compare and to hash, in Azure's terms; itself if left out.
        same_as_none: values that mean the same as giving none; they are not sent.
        stored: the type of the stored value, where it does not follow from the argument's.
        group: a dataclass that declares the members of a map.
    """

    change: Change
    about: str
    wire: str = ""
    choices: tuple[Any, ...] = ()
    computed: bool = False
    key: Callable[[str], str] | None = None
    same_as_none: tuple[Any, ...] = ()
    stored: Any = None
    group: type[Any] | None = None


def replaces(about: str, wire: str = "", **more: Any) -> Declared:
    """An input whose change replaces the resource."""
    return Declared(change=Change.REPLACE, about=about, wire=wire, **more)


def updates(about: str, wire: str = "", **more: Any) -> Declared:
    """An input whose change updates the resource in place."""
    return Declared(change=Change.UPDATE, about=about, wire=wire, **more)


def ignores(about: str, **more: Any) -> Declared:
    """An input whose change alone does nothing."""
    return Declared(change=Change.IGNORE, about=about, **more)


@dataclass(frozen=True, kw_only=True)
class InputField:
    """One input of a resource, or one member of an input that is a group.

    Attributes:
        name: dotted, for example ``hyperparameters.n_epochs``.
        type: of the stored value.
        default: of the stored value; ``dataclasses.MISSING`` if it is required.
    """

    name: str
    type: Any
    default: Any
    declared: Declared

    @property
    def required(self) -> bool:
        """Whether a value has to be given."""
        return self.default is dataclasses.MISSING


@_once
def inputs_of(args: type[Any]) -> tuple[InputField, ...]:
    """The inputs that ``args`` declares, in order; a group counts as one.

    Raises:
        TypeError: a field has no declaration.
    """
    # ``pulumi.Input`` names ``Output[T]`` by a forward reference.
    names = {"Output": pulumi.Output, "T": T}
    hints = get_type_hints(args, localns=names, include_extras=True)
    return tuple(_input_field(field, hints[field.name]) for field in dataclasses.fields(args))


def values_of(kind: type[Any], values: Any) -> dict[str, Any]:
    """The fields of the dataclass ``kind``, with the values of an object that has them too."""
    return {field.name: getattr(values, field.name) for field in dataclasses.fields(kind)}


@_once
def leaves_of(args: type[Any]) -> tuple[InputField, ...]:
    """The inputs with the members of each group in the group's place."""
    return tuple(leaf for leaves in leaves_by_input(args).values() for leaf in leaves)


@_once
def leaves_by_input(args: type[Any]) -> dict[str, tuple[InputField, ...]]:
    """The same by the name of the input that they are in."""
    return {field.name: tuple(_leaves(field)) for field in inputs_of(args)}


def _leaves(field: InputField) -> Iterator[InputField]:
    if field.declared.group is None:
        yield field
        return
    for member in inputs_of(field.declared.group):
        yield dataclasses.replace(member, name=f"{field.name}.{member.name}")


def _input_field(field: dataclasses.Field[Any], hint: Any) -> InputField:
    parts = get_args(hint) if get_origin(hint) is Annotated else ()
    declared = next((part for part in parts[1:] if isinstance(part, Declared)), None)
    if declared is None:
        msg = f"{field.name}: declare what a change of it does"
        raise TypeError(msg)
    default = field.default
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    return InputField(
        name=field.name,
        type=declared.stored or _plain_type(parts[0]),
        default=default,
        declared=declared,
    )


def _plain_type(hint: Any) -> Any:
    """``int | None`` for ``pulumi.Input[int] | None``: what arrives once outputs are known."""
    parts = [
        part
        for part in get_args(hint)
        if get_origin(hint) is Union or type(hint).__name__ == "UnionType"
        if get_origin(part) not in _WRAPPERS
    ]
    return functools.reduce(operator.or_, parts) if parts else hint


_WRAPPERS = {pulumi.Output, Awaitable}


@_once
def stored_type(args: type[Any]) -> type[Any]:
    """The struct that the stored inputs of ``args`` are held to."""
    fields = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in inputs_of(args)
    ]
    return msgspec.defstruct(f"Stored{args.__name__}", fields, kw_only=True, frozen=True)


def parse(args: type[T], props: Mapping[str, Any]) -> T:
    """The stored inputs as an instance of ``args`` whose values are plain; see :func:`known`.

    Keys that it does not declare are skipped.

    Raises:
        ConfigurationError: a property is missing or has the wrong type.
    """
    declared = {field.name: props.get(field.name) for field in inputs_of(args)}
    try:
        stored = convert(plain(declared), stored_type(args))
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"the stored properties cannot be read: {error}") from None
    values = {field.name: getattr(stored, field.name) for field in inputs_of(args)}
    made = args(**{f.name: values[f.name] for f in inputs_of(args) if not f.declared.computed})
    for field in inputs_of(args):
        if field.declared.computed:
            object.__setattr__(made, field.name, values[field.name])
    return made


@overload
def known(value: None) -> None: ...
@overload
def known(value: pulumi.Input[T]) -> T: ...
def known(value: Any) -> Any:
    """A value that :func:`parse` has read: plain, although an argument may be an output.

    Raises:
        ConfigurationError: it is an output; this is not a stored value.
    """
    if isinstance(value, pulumi.Output):
        raise ConfigurationError("a plain value is needed here, and this is an output")
    return value


def problems(args: type[Any], props: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What is wrong with inputs by type and choice alone, all of it; unknown values are skipped."""
    for field in inputs_of(args):
        value = props.get(field.name)
        if value is None and field.required:
            yield CheckFailure(field.name, f"`{field.name}` is required")
        elif value is not None and is_known(value):
            yield from value_problems(field, value)
    declared = {field.name for field in inputs_of(args)}
    for name in sorted(set(props) - declared - {"__provider"}):
        yield CheckFailure(name, f"`{name}` is not an input of this resource")


def value_problems(field: InputField, value: Any) -> Iterator[CheckFailure]:
    """What is wrong with a known value by type and choice alone."""
    given = plain(value)
    try:
        if type(given) is not field.type:
            convert(given, field.type)
    except msgspec.ValidationError as error:
        yield CheckFailure(field.name, f"`{field.name}`: {error}")
        return
    choices = field.declared.choices
    if choices and given not in choices:
        listed = ", ".join(f"`{choice}`" for choice in choices)
        yield CheckFailure(field.name, f"`{field.name}` must be one of {listed}, not {value!r}")


def wire_values(args: type[Any], inputs: Any) -> dict[str, Any]:
    """The values that go into the request body, by their place in it; None is left out."""
    found = {}
    for field in leaves_of(args):
        value: Any = inputs
        for part in field.name.split("."):
            value = getattr(value, part, None)
        if field.declared.wire and value is not None and value not in field.declared.same_as_none:
            found[field.declared.wire] = value
    return found


def identity_of(args: type[Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that replace the resource, in the form to hash.

    A value that is not given or is the default is left out, so that an input that is added later
    leaves what exists as it is.
    """
    values = {
        field.name: comparable(field, lookup(props, field.name))
        for field in leaves_of(args)
        if field.declared.change is Change.REPLACE
    }
    defaults = {field.name: comparable(field, field.default) for field in leaves_of(args)}
    return {k: v for k, v in values.items() if v is not None and v != defaults[k]}


def comparable(field: InputField, value: Any) -> Any:
    """A value in the form in which Azure compares it."""
    if value in field.declared.same_as_none:
        return None
    return field.declared.key(value) if field.declared.key and isinstance(value, str) else value
