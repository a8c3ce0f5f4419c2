"""What a copy of a state has made anew: both states have one identity, see decision 12."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.lifecycle.evidence import thing_of
from tests.lifecycle.ledger import OTHERS, Deed, Ledger, Thing
from tests.lifecycle.state import Stack


@dataclass
class Copies:
    """Deployments that a copy has made or written again, as long as no refresh has seen them.

    Attributes:
        unseen: what was done to each.
    """

    ledger: Ledger
    unseen: dict[Thing, str] = field(default_factory=dict)

    def made(self, lineage: str, done: Iterable[Deed]) -> None:
        """A copy of the state of a stack has done this."""
        for deed in done:
            if deed.verb in ("make", "change"):  # what it adopts has the mark of both
                self.ledger.owners[deed.thing] = lineage
                self.unseen[deed.thing] = deed.verb

    def seen(self, stack: Stack) -> None:
        """A refresh has come by."""
        held = {thing_of(entry) for entry in stack.entries}
        self.unseen = {thing: verb for thing, verb in self.unseen.items() if thing not in held}

    def is_taken(self, deed: Deed) -> bool:
        """Whether somebody who has not seen it removes what a copy has made.

        Once its tags are gone, nothing shows that it is another one; nor whose it is, if it was not
        there before.
        """
        if deed.thing not in self.unseen:
            return False
        by_others = deed.actor.stack == OTHERS
        if by_others and deed.thing not in self.ledger.bare:
            return False
        verb = self.unseen.pop(deed.thing)
        if by_others and verb == "make":
            self.ledger.owners[deed.thing] = OTHERS
        return not by_others and deed.verb == "remove"
