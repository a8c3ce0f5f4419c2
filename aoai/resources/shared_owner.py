"""Two resources of one owner, of which each would take what the other one has made.

A resource that was renamed keeps its owner, and a new one may be declared under its former name.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from pulumi.dynamic import CheckFailure


@dataclass
class Owners:
    """By which names the program declares the owners of one kind. Safe to share between threads."""

    _names: dict[str, str] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def declared(self, owner: str, name: str) -> list[CheckFailure]:
        """The program declares a resource; a failure if it declares another one of that owner.

        Args:
            owner: of what the resource has made.
            name: the owner that it would have by the name that it has now.
        """
        with self._guard:
            other = self._names.setdefault(owner, name)
        return [] if other == name else [_shared(owner, other, name)]


def _shared(owner: str, *names: str) -> CheckFailure:
    former, one, other = (each.partition("/")[2] for each in (owner, *sorted(names)))
    return CheckFailure(
        "",  # of the resource as a whole: the engine would show the owner
        f"`{one}` and `{other}` would share what `{former}` has made, as one of them was renamed: "
        "give the new one a name that this stack has not had before",
    )


_kinds: dict[type[object], Owners] = {}


def owners_of(kind: type[object]) -> Owners:
    """Those of one provider class in this process."""
    return _kinds.setdefault(kind, Owners())


def forget() -> None:
    """Start anew, as the process of the next run does."""
    _kinds.clear()
