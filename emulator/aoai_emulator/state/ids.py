"""Ids of new objects: 32 hex digits that follow from a seed and a counter."""

from __future__ import annotations

import hashlib
import secrets
import string
from typing import Final
from uuid import UUID

from aoai_emulator.state.store import Store

_LETTERS: Final = string.ascii_letters + string.digits


class Ids:
    """Makes ids. With the same seed and the same calls they come out the same."""

    def __init__(self, store: Store, seed: str | None = None) -> None:
        self._store = store
        if seed is not None or store.get_meta("ids.seed") is None:
            store.set_meta("ids.seed", seed or secrets.token_hex(8))
            store.set_meta("ids.count", 0)
        self._seed = store.get_meta("ids.seed")

    def new(self) -> str:
        """32 hex digits."""
        count = self._store.get_meta("ids.count") + 1
        self._store.set_meta("ids.count", count)
        return hashlib.sha256(f"{self._seed}:{count}".encode()).hexdigest()[:32]

    def uuid(self) -> str:
        """The same as a UUID: 8-4-4-4-12 digits."""
        return str(UUID(hex=self.new()))

    def letters(self, count: int) -> str:
        """Letters and digits."""
        wide = int(self.new() + self.new(), 16)
        base = len(_LETTERS)
        return "".join(_LETTERS[wide // base**place % base] for place in range(count))

    def number(self, below: int) -> int:
        """A whole number from 0 on, below the bound."""
        return int(self.new(), 16) % below
