"""What the program of a run registers, noted as the engine asks for each resource.

With ``--refresh`` a stack policy is shown the resources that are about to be deleted beside those
that the program declares, and nothing tells them apart. Only a resource policy sees what the
program registers, and it sees it first.
"""

from __future__ import annotations

from collections.abc import Mapping

from aoai_policies.facts import STACK_TYPE, Resource, Stack, is_relevant, stack_of
from aoai_policies.facts.resource import is_foreign


class Registered:
    """The resources that the program has registered so far in this run."""

    def __init__(self) -> None:
        self._urns: set[str] = set()
        self._relevant: dict[str, Resource] = {}

    def note(self, resource: Resource) -> None:
        """Note a resource; the stack itself is the first of a run."""
        if resource.type == STACK_TYPE:
            self._urns.clear()
            self._relevant.clear()
        self._urns.add(resource.urn)
        if is_relevant(resource.type):
            self._relevant[resource.urn] = resource

    def has(self, urn: str) -> bool:
        """Whether the program registered it; if nothing was noted at all, everything counts."""
        return not self._urns or urn in self._urns

    def inputs_of(self, urn: str) -> Mapping[str, object]:
        """The inputs of another provider's resource: its outputs may lack what names it."""
        resource = self._relevant.get(urn)
        return resource.properties if resource and is_foreign(resource.type) else {}

    def stack(self) -> Stack:
        """The facts of what was registered so far."""
        return stack_of(self._relevant.values())
