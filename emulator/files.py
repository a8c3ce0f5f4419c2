"""Files of an account: upload, list, get, content, delete (authoring 2024-10-21)."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, JSONResponse, Response

from emulator.backend import Backend
from emulator.call import Call, Upload
from emulator.errors import Refused, not_found
from emulator.job_record import files_in_use
from emulator.store import Table
from emulator.training_data import Facts, scan

PURPOSES = (
    "fine-tune",
    "fine-tune-results",
    "assistants",
    "assistants_output",
    "batch",
    "batch_output",
)
UPLOADED = ("fine-tune", "assistants", "batch")
_HALF_WAY = 0.5


@dataclass(frozen=True)
class StoredFile:
    """A file as the account holds it. `facts` is None where the content is not training data."""

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
    if file is None or not _live(backend, file):
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


def _live(backend: Backend, file: StoredFile) -> bool:
    expired = file.expires_at is not None and file.expires_at <= backend.clock.now()
    return file.status != "deleted" and not expired


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


def scan_upload(call: Call) -> Facts | None:
    """Read the uploaded bytes; runs in a thread, as files can be large."""
    upload = call.files.get("file")
    if upload is None or call.form.get("purpose") != "fine-tune":
        return None
    return scan(upload.path)


def check_room(call: Call) -> None:
    """Refuse a file above the account's limit."""
    live = [each for each in table(call.backend).list(call.home.name) if _live(call.backend, each)]
    limit = call.backend.settings.files_per_account
    if len(live) >= limit:
        text = f"The quota for files is reached. The maximum is {limit}."
        raise Refused(400, "quotaExceeded", text)


def create(call: Call) -> Response:
    """POST /files."""
    purpose = call.form.get("purpose", "")
    upload = call.files.get("file")
    if upload is None:
        raise Refused(
            400, "invalidPayload", "The multipart body has no part named 'file'.", param="file"
        )
    if purpose not in UPLOADED:
        text = f"The purpose {purpose!r} is not one of: {', '.join(UPLOADED)}."
        raise Refused(400, "invalidPayload", text, param="purpose")
    check_room(call)
    file = keep(call, upload, purpose)
    return created(call, shown(file), f"/files/{file.id}")


def keep(call: Call, upload: Upload, purpose: str) -> StoredFile:
    """Take the bytes of an upload over into the account."""
    facts = call.prepared if isinstance(call.prepared, Facts) else None
    file = add(call.backend, call.home.name, upload.filename, purpose, upload.size, facts)
    upload.path.replace(content_path(call.backend, file.id))
    return file


def created(call: Call, body: dict[str, Any], path: str) -> Response:
    """The answer to a create: 201 with Location on the classic surface, 200 without on v1."""
    if call.surface == "v1":
        return JSONResponse(body)
    location = call.url(f"/{call.home.name}/openai{path}?api-version={call.version}")
    return JSONResponse(body, 201, {"location": location})


def listed(call: Call) -> Response:
    """GET /files. `after` is honoured on classic too, or the openai SDK would ask for ever."""
    wanted = call.query.get("purpose")
    files = [settle(call.backend, each) for each in table(call.backend).list(call.home.name)]
    rows = [
        shown(each)
        for each in files
        if _live(call.backend, each) and wanted in (None, each.purpose)
    ]
    if call.query.get("order") == "desc":
        rows.reverse()
    places = [place for place, row in enumerate(rows) if row["id"] == call.query.get("after")]
    rest = rows[places[0] + 1 :] if places else rows
    data = rest[: int(call.query["limit"])] if call.query.get("limit", "").isdecimal() else rest
    body: dict[str, Any] = {"object": "list", "data": data}
    if call.surface == "v1":
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        body |= {**ends, "has_more": len(data) < len(rest)}
    return JSONResponse(body)


def get(call: Call) -> Response:
    """GET /files/{id}."""
    file = find(call.backend, call.home.name, call.params["file"])
    looked = table(call.backend).put(call.home.name, replace(file, looks=file.looks + 1))
    return JSONResponse(shown(settle(call.backend, looked)))


def content(call: Call) -> Response:
    """GET /files/{id}/content."""
    file = find(call.backend, call.home.name, call.params["file"])
    path = content_path(call.backend, file.id)
    if not path.exists():
        raise not_found(f"The content of {file.id} is not there yet.")
    return FileResponse(path, media_type="application/octet-stream", filename=file.filename)


def delete(call: Call) -> Response:
    """DELETE /files/{id}; refused while a job still works on the file."""
    file = find(call.backend, call.home.name, call.params["file"])
    if file.id in files_in_use(call.backend, call.home.name):
        text = f"The file {file.id} is in use by a fine-tuning job that has not ended."
        raise Refused(409, "conflict", text)
    table(call.backend).put(call.home.name, replace(file, status="deleted"))
    if call.version == "2024-02-01":
        return Response(status_code=204)
    return JSONResponse({"object": "file", "deleted": True, "id": file.id})
