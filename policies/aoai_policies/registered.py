"""What the program of a run registers, noted as the engine asks for each resource.

With ``--refresh`` a stack policy is shown the resources that are about to be deleted beside those
that the program declares, and both look alike. Only a resource policy sees what the
program registers, and it sees it first.
"""

from __future__ import annotations

from collections.abc import Mapping

from aoai_policies.facts import STACK_TYPE, Resource, Stack, is_relevant
from aoai_policies.facts.resource import is_foreign


class Registered:
    """The resources that the program has registered so far in this run."""

    def __init__(self) -> None:
        self._urns: set[str] = set()
        self._left_out: set[str] = set()
        self._foreign: dict[str, Resource] = {}
        self._facts: dict[str, Stack] = {}
        self._stack: Stack | None = None

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self._urns.clear()
        self._left_out.clear()
        self._foreign.clear()
        self._facts.clear()

    def note(self, resource: Resource, facts: Stack) -> None:
        """Note a resource, with the facts of it alone; the stack itself is the first of a run."""
        if resource.type == STACK_TYPE:
            self.clear()
        self._stack = None
        self._urns.add(resource.urn)
        self._facts[resource.urn] = facts
        if not resource.properties and is_relevant(resource.type):
            self._left_out.add(resource.urn)
        if is_foreign(resource.type):
            self._foreign[resource.urn] = resource

    def has(self, urn: str) -> bool:
        """Whether the program registered it; if nothing was noted at all, everything counts."""
        return not self._urns or urn in self._urns

    def leaves_out(self, urn: str) -> bool:
        """Whether ``--target`` leaves out a new resource: it has no inputs, and is not made."""
        return urn in self._left_out

    def inputs_of(self, urn: str) -> Mapping[str, object]:
        """The inputs of another provider's resource: its outputs may lack what names it."""
        resource = self._foreign.get(urn)
        return resource.properties if resource else {}

    def stack(self) -> Stack:
        """The facts of what was registered so far, in that order."""
        if self._stack is None:
            parts = self._facts.values()
            self._stack = Stack(
                deployments=tuple(d for part in parts for d in part.deployments),
                jobs=tuple(job for part in parts for job in part.jobs),
                models=tuple(model for part in parts for model in part.models),
                files=tuple(file for part in parts for file in part.files),
            )
        return self._stack
