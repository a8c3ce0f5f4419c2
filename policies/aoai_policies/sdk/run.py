"""What the policies of a pack share in one run of the engine: the clock, and facts read once.

The SDK calls the policies of a pack one after the other, in the order of registration, for each
resource and then for the stack. Each has a number by which the first of a round is known: it reads
the facts, and those after it use them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from pulumi_policy import ResourceValidationArgs, StackValidationArgs

from aoai_policies.facts import Resource, Stack, stack_of
from aoai_policies.proxies import resource_from, stack_from
from aoai_policies.registered import Registered


@dataclass(frozen=True)
class _Round:
    """Facts, of what they are, and the number of the policy that used them last."""

    subject: str
    number: int
    facts: Stack
    resource: Resource | None = None


class Run:
    """The state of a pack.

    Args:
        clock: the time, in UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.registered = Registered()
        self._numbers = count()
        self._round: _Round | None = None

    def number(self) -> int:
        """The number of the next policy."""
        return next(self._numbers)

    def note(self, number: int, args: ResourceValidationArgs) -> None:
        """Note a resource that the program registers."""
        resource, facts = self.resource(number, args)
        self.registered.note(resource, facts)

    def stack(self, number: int, args: StackValidationArgs) -> Stack:
        """The facts of the stack, for a policy."""
        known = self._known(number, "")
        facts = known.facts if known else stack_from(args.resources, self.registered)
        self._round = _Round("", number, facts)
        return facts

    def resource(self, number: int, args: ResourceValidationArgs) -> tuple[Resource, Stack]:
        """A resource, and the facts of it alone, for a policy."""
        known = self._known(number, args.urn)
        if known and known.resource:
            resource, facts = known.resource, known.facts
        else:
            resource = resource_from(args)
            facts = stack_of([resource])
        self._round = _Round(args.urn, number, facts, resource)
        return resource, facts

    def _known(self, number: int, subject: str) -> _Round | None:
        last = self._round
        same_round = last is not None and last.subject == subject and number > last.number
        return last if same_round else None
