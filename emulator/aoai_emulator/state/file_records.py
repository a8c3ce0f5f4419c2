"""Files of an account as they are kept, and what becomes of them with time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import ModelError, Refused, no_entity
from aoai_emulator.state.store import Table
from aoai_emulator.state.training_data import Facts

_HALF_WAY = 0.5
_ASSISTANT = "assistant-"


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
    polls: int = 0
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


def catch_up(backend: Backend, file: StoredFile) -> StoredFile:
    """The file as it is now: the service reads it for a while after the upload."""
    if file.status not in ("pending", "running"):
        return file
    step = backend.pace.of("files")
    done = step.progress(file.reached, file.created_at, file.polls, backend.clock.now())
    if done < 1:
        status = "running" if done >= _HALF_WAY else "pending"
        return table(backend).put(file.account, replace(file, status=status))
    problem = _problem(backend, file)
    size = file.bytes if file.bytes is not None or problem else file.arrives
    status = "error" if problem else "processed"
    done_with = replace(file, status=status, status_details=problem, bytes=size)
    return table(backend).put(file.account, done_with)


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
    return f"Validation of jsonl file failed: {facts.problem}"


def find(backend: Backend, account: str, file_id: str) -> StoredFile:
    """The file as it is now; 404 when the account has none of that id."""
    file = table(backend).get(account, file_id)
    if file is None or not live(backend, file):
        raise missing(file_id)
    return catch_up(backend, file)


def missing(file_id: str) -> Refused:
    """The 404 for a file, in the words of the backend that its id belongs to."""
    if file_id.startswith(_ASSISTANT):
        return _NoAssistantFile(f"No such File object: {file_id}", "id", status=404)
    return no_entity()


class _NoAssistantFile(ModelError):
    """OpenAI's own form, without the headers of a model."""

    def __init__(self, message: str, param: str, status: int) -> None:
        super().__init__(message, param, status)
        self.headers = assistants_headers()


def assistants_headers() -> dict[str, str]:
    """The headers of the backend that keeps files of purpose ``assistants``."""
    return {
        "access-control-allow-origin": "*",
        "openai-processing-ms": "123",
        "openai-version": "2020-10-01",
        "x-request-id": str(uuid4()),
    }


def add(
    backend: Backend,
    account: str,
    filename: str,
    purpose: str,
    size: int | None,
    facts: Facts | None,
    file_id: str | None = None,
) -> StoredFile:
    """Put a file into an account. Only training data takes time until it is processed."""
    own = f"{_ASSISTANT}{backend.ids.letters(24)}" if purpose == "assistants" else None
    file = StoredFile(
        id=file_id or own or f"file-{backend.ids.new()}",
        account=account,
        filename=filename,
        purpose=purpose,
        bytes=size,
        created_at=backend.clock.now(),
        status="pending" if purpose == "fine-tune" or size is None else "processed",
        facts=asdict(facts) if facts else None,
    )
    return table(backend).put(account, file)


def live(backend: Backend, file: StoredFile) -> bool:
    """Whether the account still has it: an expired file is gone."""
    return file.expires_at is None or file.expires_at > backend.clock.now()


def shown(file: StoredFile, *, expiry: bool = True) -> dict[str, Any]:
    """The file on the wire; what is not set is absent.

    Args:
        file: the file.
        expiry: whether the api-version shows ``expires_at``.
    """
    if file.purpose == "assistants":
        return _shown_by_assistants(file)
    body = {
        "status_details": file.status_details,
        "status": file.status,
        "bytes": file.bytes,
        "purpose": file.purpose,
        "filename": file.filename,
        "id": file.id,
        "created_at": int(file.created_at),
        "expires_at": file.expires_at if expiry else None,
        "object": "file",
    }
    return {name: value for name, value in body.items() if value is not None}


def _shown_by_assistants(file: StoredFile) -> dict[str, Any]:
    return {
        "object": "file",
        "id": file.id,
        "purpose": file.purpose,
        "filename": file.filename,
        "bytes": file.bytes,
        "created_at": int(file.created_at),
        "status": file.status,
        "status_details": file.status_details,
    }
