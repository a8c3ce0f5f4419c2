"""What the stack holds before the update, from its state: the other side of every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from aoai.resources.stack_identity import identity_of_stack

_RESOURCES = "pulumi:pulumi:readStackResourceOutputs"  # the engine's own: the last checkpoint
_PROVIDER = "pulumi-python:dynamic/aoai:"

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class PriorState:
    """The stored properties of the stack's resources; none for a stack that has made nothing.

    Attributes:
        resources: by kind, such as ``FineTuningJob``, and name.
        known: False if the state could not be read.
    """

    resources: Mapping[tuple[str, str], Properties] = field(default_factory=dict)
    known: bool = True

    def of(self, kind: str, name: str) -> Properties | None:
        """The properties of one resource; None if the state does not hold it."""
        return self.resources.get((kind, name))

    def all_of(self, kind: str) -> dict[str, Properties]:
        """The properties of all resources of a kind, by name."""
        return {name: held for (of, name), held in self.resources.items() if of == kind}


def read_prior_state() -> PriorState:
    """The state as the backend has it: before what this run refreshes or makes.

    Read at once, and only after the stack is registered, so that its identity is on its way: while
    the program goes on to declare its resources, the engine starts the process of the providers. It
    also spares a large stack seconds: with no registration under way at its end, a program waits
    for its outputs, thousands of them, each time that one of them comes; with one, it waits for the
    registrations.
    """
    identity_of_stack()
    root: Any = pulumi.runtime.get_root_resource()
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    registered = root.urn.apply(lambda _urn: name)
    try:
        answer = pulumi.runtime.invoke(_RESOURCES, {"stackName": registered}).value
    except Exception as error:  # noqa: BLE001 - the engine names no type for what a backend says
        pulumi.log.debug(f"the state before this run cannot be read: {error}")
        return PriorState(known=False)
    held = answer.get("outputs") if isinstance(answer, Mapping) else None
    return PriorState(dict(_ours(held)) if isinstance(held, Mapping) else {})


def _ours(held: Mapping[str, Any]) -> list[tuple[tuple[str, str], Properties]]:
    return [
        ((kind, urn.rpartition("::")[2]), resource["outputs"])
        for urn, resource in held.items()
        if (kind := _kind(resource)) and isinstance(resource.get("outputs"), Mapping)
    ]


def _kind(resource: Any) -> str:
    name = str(resource.get("type", "")) if isinstance(resource, Mapping) else ""
    return name.removeprefix(_PROVIDER) if name.startswith(_PROVIDER) else ""
