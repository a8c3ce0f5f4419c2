"""Uploads and their parts as the store keeps them, and what becomes of those that expire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.file_records import content_path
from aoai_emulator.state.store import Table

_LIFE: Final = 7200
_ENDED: Final = ("completed", "cancelled", "expired")


@dataclass(frozen=True)
class StoredUpload:
    """An upload that waits for its parts, or has ended."""

    id: str
    account: str
    bytes: int
    filename: str
    purpose: str
    created_at: float
    status: str = "pending"
    file_id: str | None = None

    @property
    def expires_at(self) -> float:
        """Two hours after it was begun."""
        return self.created_at + _LIFE


@dataclass(frozen=True)
class Part:
    """A part of an upload; its bytes lie where those of files lie, under its id."""

    id: str
    block: str
    size: int


def uploads(backend: Backend) -> Table[StoredUpload]:
    """All uploads, by account."""
    return Table(backend.store, StoredUpload)


def parts(backend: Backend) -> Table[Part]:
    """All parts, by upload."""
    return Table(backend.store, Part)


def end(backend: Backend, upload: StoredUpload, status: str, file_id: str | None = None) -> None:
    """Remove the parts of an upload that takes no more, and say why it does not."""
    for part in parts(backend).list(upload.id):
        content_path(backend, part.id).unlink(missing_ok=True)
    parts(backend).clear(upload.id)
    uploads(backend).put(upload.account, replace(upload, status=status, file_id=file_id))


def catch_up(backend: Backend, account: str) -> None:
    """End the uploads that nobody completed within two hours."""
    for upload in uploads(backend).list_without(account, "status", _ENDED):
        if backend.clock.now() >= upload.expires_at:
            end(backend, upload, "expired")
