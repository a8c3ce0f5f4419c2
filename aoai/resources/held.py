"""What this process has seen the engine hold: the memory of one run.

A provider does not know its URN, nor what else the state holds. It does see the engine's calls, all
of one run in one process, and from them it knows two things that no single call shows:

- that a resource is being replaced: the engine checks it with its old inputs first, and then once
  more without them. In a replacement by force (``--replace``, taint) it is checked without them
  only; what the state held is then known from the refresh before, if there was one;
- that an object is held by a live resource: it was returned by a create, or compared and kept.
  Deleting it again for an older entry of the state would take away what serves.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aoai.azure.arm_names import child_key
from aoai.resources.props import is_known


class Times(NamedTuple):
    """Of an object in a state, as far as the state has them.

    Attributes:
        created_at: when it was made, as its kind of resource writes it.
        held_since: see :meth:`Held.next_since`.
    """

    created_at: Any = None
    held_since: int = 0


@dataclass
class Held:
    """The memory of one kind of resource. Safe to share between threads."""

    _inputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _compared: dict[str, int] = field(default_factory=dict)
    _declared: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _replaced: set[str] = field(default_factory=set)
    _forced: set[str] = field(default_factory=set)
    _ids: dict[str, dict[str, Times]] = field(default_factory=dict)
    _live: set[str] = field(default_factory=set)
    _unchanged: set[str] = field(default_factory=set)
    _contents: dict[str, set[str]] = field(default_factory=dict)
    _refreshed: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)
    _wanted: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _lines: set[str] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def is_news(self, line: str) -> bool:
        """Whether a line is shown for the first time; a replacement is checked twice."""
        with self._guard:
            before = line in self._lines
            self._lines.add(line)
            return not before

    def checked(self, owner: str, olds: Mapping[str, Any]) -> Mapping[str, Any]:
        """The old inputs of a resource: those of this call, or of the call before on a replacement.

        Args:
            owner: the resource, as the program names it.
            olds: what the engine gives; empty for a new resource and on a replacement.
        """
        with self._guard:
            if olds:
                self._inputs[owner] = olds
            return self._inputs.get(owner, {})

    def declared(self, owner: str, *, replaced: bool, forced: bool) -> None:
        """The program declares the resource.

        Args:
            owner: the resource, as the state knows it.
            replaced: it is checked as a replacement.
            forced: its inputs stay, and it is replaced all the same.
        """
        with self._guard:
            self._declared.add(owner)
            if replaced:
                self._replaced.add(owner)
            if forced:
                self._forced.add(owner)

    def is_declared(self, owner: str) -> bool:
        """Whether the program was seen to declare a resource that the state knows by this owner."""
        with self._guard:
            return owner in self._declared

    def named(self, owner: str, name: str) -> str:
        """By which name the program declares the owner: the first one that was given.

        Args:
            owner: the resource, as the state knows it.
            name: the owner that it would have by the name that it has now.
        """
        with self._guard:
            return self._names.setdefault(owner, name)

    def wants(self, owner: str, inputs: Mapping[str, Any]) -> None:
        """The program declares the resource with these inputs."""
        with self._guard:
            self._wanted[owner] = inputs

    def wanted(self, owner: str) -> Mapping[str, Any] | None:
        """The inputs that the program declares; None if it does not, or they are not known yet."""
        with self._guard:
            inputs = self._wanted.get(owner)
        return inputs if inputs is not None and is_known(inputs) else None

    def is_replaced(self, owner: str) -> bool:
        """Whether the state holds an older object of the resource, seen or not."""
        with self._guard:
            return owner in self._replaced

    def is_unchanged(self, owner: str) -> bool:
        """Whether what the program declares was compared with the state, and is no other object.

        If it is replaced all the same, it was deleted: by an update before that was cut off, or
        first, with what it depends on.
        """
        with self._guard:
            return owner in self._unchanged

    def is_forced(self, owner: str) -> bool:
        """Whether the resource is replaced although its inputs stay."""
        with self._guard:
            return owner in self._forced

    def compared(
        self,
        owner: str,
        id_: str,
        inputs: Mapping[str, Any],
        *,
        state: Mapping[str, Any],
        replaced: bool,
    ) -> None:
        """The object that the state holds was compared with the inputs.

        A refresh compares too, before the program has declared anything: with the inputs that the
        state holds. That keeps nothing. It also compares what only waits for its delete, at the
        same time; the one that was taken in last is the one that the resource has. With inputs
        that are not known yet the engine asks whether a resource is deleted with another one that
        it depends on, before that is made anew.
        """
        self.saw(owner, id_, state)
        with self._guard:
            if owner not in self._declared and is_known(inputs):
                since = state.get("held_since") or 0
                self._refreshed_as(str(inputs.get("renamed_to") or owner), inputs, since)
            elif owner not in self._declared:
                self._unchanged.add(owner)
            if replaced:
                self._live.discard(_key(id_))
            elif owner in self._declared:
                self._live.add(_key(id_))
                self._unchanged.add(owner)

    def _refreshed_as(self, owner: str, inputs: Mapping[str, Any], since: int) -> None:
        if owner not in self._inputs or since > self._compared.get(owner, since):
            self._inputs[owner], self._compared[owner] = inputs, since

    def deleted(self, owner: str, id_: str, state: Mapping[str, Any]) -> None:
        """What the state held for the resource is deleted."""
        self.saw(owner, id_, state)
        with self._guard:
            self._gone.add(_key(id_))

    def saw(self, owner: str, id_: str, state: Mapping[str, Any]) -> None:
        """The state holds this object for the resource, perhaps only until it is replaced.

        Args:
            owner: the resource.
            id_: the object.
            state: what is stored of it.
        """
        with self._guard:
            seen = self._ids.setdefault(owner, {})
            before = seen.get(id_, Times())
            seen[id_] = Times(
                state.get("created_at") or before.created_at,
                max(state.get("held_since") or 0, before.held_since),
            )

    def next_since(self, owner: str, created_at: int | None) -> int:
        """Since when an object that is taken in now is held, in seconds since 1970.

        When it was made, by the service's clock; but later than all that the state held of the
        resource before: a revert may take an older one in again.
        """
        with self._guard:
            held = [times.held_since for times in self._ids.get(owner, {}).values()]
        return max([created_at or 0, *(since + 1 for since in held)])

    def read(self, owner: str) -> None:
        """A refresh has come by: all that the state holds for the resource is seen."""
        with self._guard:
            self._refreshed.add(owner)

    @property
    def has_read(self) -> bool:
        """Whether a refresh has come by, for any resource of the kind."""
        with self._guard:
            return bool(self._refreshed)

    def is_refreshed(self, owner: str) -> bool:
        """Whether all that the state holds for the resource was seen."""
        with self._guard:
            return owner in self._refreshed

    def made_from(self, id_: str, content: str) -> None:
        """What an object of the state was made from; or which one of its name it is."""
        with self._guard:
            self._contents.setdefault(_key(id_), set()).add(content)

    def contents(self, owner: str) -> Mapping[str, frozenset[str]]:
        """That of each object that the state was seen to hold for the resource."""
        with self._guard:
            seen = self._ids.get(owner, {})
            return {id_: frozenset(self._contents.get(_key(id_), ())) for id_ in seen}

    def same_as(self, owner: str, content: str) -> frozenset[str]:
        """The objects of the resource that were made from just this, as the state has it."""
        return frozenset(id_ for id_, made in self.contents(owner).items() if content in made)

    def alike(self, id_: str) -> frozenset[str]:
        """What the state held for the same resource as this object, made from the same."""
        with self._guard:
            owners = [owner for owner, seen in self._ids.items() if id_ in seen]
            made_from = self._contents.get(_key(id_), set()).copy()
        return frozenset().union(
            *(self.same_as(owner, content) for owner in owners for content in made_from)
        )

    def of_others(self, owner: str) -> frozenset[str]:
        """The objects that the state was seen to hold for other resources of the kind."""
        with self._guard:
            return frozenset(
                id_ for other, seen in self._ids.items() if other != owner for id_ in seen
            )

    def times(self, owner: str) -> Mapping[str, Times]:
        """When each object that the state was seen to hold was made, and since when it is held."""
        with self._guard:
            return dict(self._ids.get(owner, {}))

    def was_deleted(self, id_: str) -> bool:
        """Whether this run has deleted the object for the state."""
        with self._guard:
            return _key(id_) in self._gone

    def keep(self, id_: str) -> None:
        """A live resource of the state holds this object from now on."""
        with self._guard:
            self._live.add(_key(id_))

    def is_kept(self, id_: str) -> bool:
        """Whether a live resource holds this object."""
        with self._guard:
            return _key(id_) in self._live


def _key(id_: str) -> str:
    """An ARM id however it is written, and wherever its account was moved; else as it is."""
    return child_key(id_) or id_.lower()


_kinds: dict[type[Any], Held] = {}


def held_of(kind: type[Any]) -> Held:
    """The memory of one provider class in this process."""
    known = _kinds.get(kind)
    return known if known is not None else _kinds.setdefault(kind, Held())


def is_refresh() -> bool:
    """Whether this run refreshes; what the state holds only to replace it is not read even then."""
    return any(held.has_read for held in _kinds.values())


def forget() -> None:
    """Start anew, as the process of the next run does."""
    _kinds.clear()
