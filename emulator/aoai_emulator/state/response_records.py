"""Responses and conversations that the Responses API remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.store import Table

_KEPT: Final = 1_000


@dataclass(frozen=True)
class StoredResponse:
    """A response as it was answered, with the messages that led to it."""

    id: str
    created_at: float
    body: dict[str, Any]
    input: list[dict[str, Any]]
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class Conversation:
    """A conversation with all that was said in it."""

    id: str
    created_at: float
    metadata: dict[str, str]
    messages: list[dict[str, Any]]


def responses(backend: Backend) -> Table[StoredResponse]:
    """Responses by account."""
    return Table(backend.store, StoredResponse)


def conversations(backend: Backend) -> Table[Conversation]:
    """Conversations by account."""
    return Table(backend.store, Conversation)


def remember(backend: Backend, account: str, response: StoredResponse) -> None:
    """Keep a response; the oldest go when there are too many."""
    table = responses(backend)
    table.put(account, response)
    table.keep_latest(account, _KEPT)
