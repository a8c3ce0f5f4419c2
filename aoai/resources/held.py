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
from typing import Any

from aoai.azure.arm_names import child_key
from aoai.resources.props import is_known


@dataclass
class Held:
    """The memory of one kind of resource. Safe to share between threads."""

    _inputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _ages: dict[str, tuple[bool, Any]] = field(default_factory=dict)
    _declared: set[str] = field(default_factory=set)
    _replaced: set[str] = field(default_factory=set)
    _forced: set[str] = field(default_factory=set)
    _ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    _live: set[str] = field(default_factory=set)
    _unchanged: set[str] = field(default_factory=set)
    _contents: dict[str, set[str]] = field(default_factory=dict)
    _refreshed: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)
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

    def is_replaced(self, owner: str) -> bool:
        """Whether the state holds an older object of the resource, seen or not."""
        with self._guard:
            return owner in self._replaced

    def is_unchanged(self, owner: str) -> bool:
        """Whether what the program declares was compared with the state, and is no other object.

        If it is replaced all the same, an update before was cut off after it had deleted it.
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
        replaced: bool,
        created_at: Any = None,
    ) -> None:
        """The object that the state holds was compared with the inputs.

        A refresh compares too, before the program has declared anything: with the inputs that the
        state holds. That keeps nothing. It also compares what only waits for its delete, at the
        same time; the newest object is the one that the resource has.
        """
        self.saw(owner, id_, created_at)
        with self._guard:
            if owner not in self._declared and is_known(inputs):
                self._refreshed_as(str(inputs.get("renamed_to") or owner), inputs, created_at)
            if replaced:
                self._live.discard(_key(id_))
            elif owner in self._declared:
                self._live.add(_key(id_))
                self._unchanged.add(owner)

    def _refreshed_as(self, owner: str, inputs: Mapping[str, Any], created_at: Any) -> None:
        age = (created_at is not None, created_at)
        if owner not in self._inputs or age > self._ages.get(owner, age):
            self._inputs[owner], self._ages[owner] = inputs, age

    def deleted(self, owner: str, id_: str) -> None:
        """What the state held for the resource is deleted; if it is declared again, it is new."""
        with self._guard:
            self._gone.add(_key(id_))
            kept = {of: old for of, old in self._inputs.items() if old.get("owner") != owner}
            self._inputs = kept

    def saw(self, owner: str, id_: str, created_at: Any = None) -> None:
        """The state holds this object for the resource, perhaps only until it is replaced.

        Args:
            owner: the resource.
            id_: the object.
            created_at: when it was made, as the state has it.
        """
        with self._guard:
            seen = self._ids.setdefault(owner, {})
            seen[id_] = created_at or seen.get(id_)

    def read(self, owner: str) -> None:
        """A refresh has come by: all that the state holds for the resource is seen."""
        with self._guard:
            self._refreshed.add(owner)

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

    def ages(self, owner: str) -> Mapping[str, Any]:
        """When each object that the state was seen to hold was made; None if it does not tell."""
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
    return _kinds.setdefault(kind, Held())


def forget() -> None:
    """Start anew, as the process of the next run does."""
    _kinds.clear()
