"""Files of an account as they are kept, and what becomes of them with time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import not_found
from aoai_emulator.state.store import Table
from aoai_emulator.state.training_data import Facts

_HALF_WAY = 0.5


@dataclass(frozen=True)
class StoredFile:
    """A file as the account holds it. ``facts`` is None where the content is not training data."""

    id: str
    account: str
    filename: str
    purpose: str
    bytes: int | None
    created_at: float
    status: str = "pending"
    status_details: str | None = None
    looks: int = 0
    reached: float = 0.0
    facts: dict[str, Any] | None = None
    expires_at: int | None = None
    problem: str | None = None
    arrives: int | None = None


def table(backend: Backend) -> Table[StoredFile]:
    """All files."""
    return Table(backend.store, StoredFile)


def content_path(backend: Backend, file_id: str) -> Path:
    """Where the bytes of a file lie. They stay after a delete: models answer with them."""
    return backend.contents / file_id


def read_facts(file: StoredFile) -> Facts:
    """What the scan of a file found."""
    data = dict(file.facts or {})
    data["harms"] = tuple(data.get("harms", ()))
    return Facts(**data)


def settle(backend: Backend, file: StoredFile) -> StoredFile:
    """The file as it is now: the service reads it for a while after the upload."""
    if file.status not in ("pending", "running"):
        return file
    step = backend.pace.of("files")
    done = step.progress(file.reached, file.created_at, file.looks, backend.clock.now())
    if done < 1:
        status = "running" if done >= _HALF_WAY else "pending"
        return table(backend).put(file.account, replace(file, status=status))
    problem = _problem(backend, file)
    size = file.bytes if file.bytes is not None or problem else file.arrives
    status = "error" if problem else "processed"
    settled = replace(file, status=status, status_details=problem, bytes=size)
    return table(backend).put(file.account, settled)


def _problem(backend: Backend, file: StoredFile) -> str | None:
    facts = read_facts(file)
    if file.problem:
        return file.problem
    if (
        file.purpose != "fine-tune"
        or facts.problem is None
        or backend.settings.invalid_data != "file"
    ):
        return None
    return f"Validation of jsonl file failed: {facts.problem} (line {facts.bad_line})."


def find(backend: Backend, account: str, file_id: str) -> StoredFile:
    """The file as it is now; 404 when the account has none of that id."""
    file = table(backend).get(account, file_id)
    if file is None or not live(backend, file):
        raise not_found(f"The specified file {file_id} could not be found.")
    return settle(backend, file)


def add(
    backend: Backend,
    account: str,
    filename: str,
    purpose: str,
    size: int | None,
    facts: Facts | None,
    file_id: str | None = None,
) -> StoredFile:
    """Put a file into an account."""
    file = StoredFile(
        id=file_id or f"file-{backend.ids.new()}",
        account=account,
        filename=filename,
        purpose=purpose,
        bytes=size,
        created_at=backend.clock.now(),
        facts=asdict(facts) if facts else None,
    )
    return table(backend).put(account, file)


def live(backend: Backend, file: StoredFile) -> bool:
    """Whether the account still has it: an expired file is gone."""
    return file.expires_at is None or file.expires_at > backend.clock.now()


def shown(file: StoredFile) -> dict[str, Any]:
    """The file on the wire; what is not set is absent."""
    body = {
        "object": "file",
        "id": file.id,
        "status": file.status,
        "bytes": file.bytes,
        "purpose": file.purpose,
        "filename": file.filename,
        "created_at": int(file.created_at),
        "status_details": file.status_details,
        "expires_at": file.expires_at,
    }
    return {name: value for name, value in body.items() if value is not None}
