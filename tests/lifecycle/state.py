"""A stack's state: what the engine keeps of each resource between its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.output import Unknown


@dataclass(eq=False)
class Entry:
    """A resource in a state.

    Attributes:
        delete: it was replaced, and the delete of the old one is still to be done.
        pending_replacement: it was deleted first; its replacement is still to be made.
        dependencies: URNs, by the input that comes from there.
        uid: what it is in the program, whatever it is called.
    """

    urn: str
    type: str
    uid: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    dependencies: Mapping[str, str] = field(default_factory=dict)
    delete: bool = False
    pending_replacement: bool = False
    taint: bool = False
    protect: bool = False
    retain: bool = False
    trigger: int = 0

    @property
    def name(self) -> str:
        """``type::name``."""
        return self.urn.split("::", 2)[2]

    @property
    def live(self) -> bool:
        """Whether the state says that it is there and wanted."""
        return not self.delete and not self.pending_replacement

    def copy(self) -> Entry:
        """One that can be changed apart."""
        return Entry(**vars(self))


@dataclass(eq=False)
class Stack:
    """A stack of a back end: its address, and its state.

    Attributes:
        lineage: which state it is, whatever the stack is called: a rename keeps it.
    """

    lineage: str
    name: str
    organization: str = "organization"
    project: str = "aoai-finetune"
    entries: list[Entry] = field(default_factory=list)

    @property
    def address(self) -> str:
        """``organization/project/stack``."""
        return f"{self.organization}/{self.project}/{self.name}"

    def urn(self, resource: str) -> str:
        """The URN of a resource, given as ``type::name``."""
        return f"urn:pulumi:{self.name}::{self.project}::{resource}"

    def rename(self, name: str) -> None:
        """Rename the stack, as ``pulumi stack rename``: URNs change, inputs and outputs do not."""
        before, after = f"urn:pulumi:{self.name}::", f"urn:pulumi:{name}::"
        for entry in self.entries:
            entry.urn = entry.urn.replace(before, after)
            entry.dependencies = {
                key: urn.replace(before, after) for key, urn in entry.dependencies.items()
            }
        self.name = name

    def live(self) -> list[Entry]:
        """The entries that the state says are there and wanted."""
        return [entry for entry in self.entries if entry.live]


def unknown() -> Unknown:
    """A value that a preview does not know yet."""
    return Unknown()  # type: ignore[no-untyped-call]


def over_the_wire(props: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as they arrive on the other side: numbers as floats, nulls dropped."""
    return {
        name: value if type(value) in _AS_IT_IS else _value(value)
        for name, value in props.items()
        if value is not None
    }


def handed_over(props: Mapping[str, Any]) -> dict[str, Any]:
    """A provider's own copy of properties that have come over the wire.

    What lies within a list is shared: a list is replaced, if at all.
    """
    return {
        name: value if type(value) in _AS_IT_IS else _copied(value) for name, value in props.items()
    }


def _copied(value: Any) -> Any:
    kind = type(value)
    return handed_over(value) if kind is dict else value[:] if kind is list else value


def _value(value: Any) -> Any:
    kind = type(value)
    if kind is list or kind is tuple:
        return [item if type(item) in _AS_IT_IS else _value(item) for item in value]
    if kind is dict or isinstance(value, Mapping):
        return over_the_wire(value)
    return float(value) if kind is int else value


_AS_IT_IS = frozenset((str, bool, float))  # most values are, and an order makes a million
