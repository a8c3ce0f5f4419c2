"""The routes of files: upload, list, get, content, delete (authoring 2024-10-21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from starlette.responses import FileResponse, JSONResponse, Response

from aoai_emulator.calls.call import Call, Upload
from aoai_emulator.calls.responses import created
from aoai_emulator.state.errors import Refused, not_found
from aoai_emulator.state.file_records import (
    StoredFile,
    add,
    content_path,
    find,
    live,
    settle,
    shown,
    table,
)
from aoai_emulator.state.job_records import files_in_use, is_learnt
from aoai_emulator.state.training_data import Facts, scan

UPLOADED: Final = ("fine-tune", "assistants", "batch")
_EXPIRY: Final = (1_209_600, 2_592_000)  # seconds; authoring 2025-04-01-preview, FileExpiresAfter


def scan_upload(call: Call) -> Facts | None:
    """Read the uploaded bytes; runs in a thread, as files can be large."""
    upload = call.files.get("file")
    if upload is None or call.form.get("purpose") != "fine-tune":
        return None
    return scan(upload.path)


def check_room(call: Call) -> None:
    """Refuse a file above the account's limit."""
    held = [each for each in table(call.backend).list(call.home.name) if live(call.backend, each)]
    limit = call.backend.settings.files_per_account
    if len(held) >= limit:
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
    file = keep(call, upload, purpose, expiry_of_form(call))
    return created(call, shown(file), f"/files/{file.id}")


def keep(call: Call, upload: Upload, purpose: str, expires_at: int | None) -> StoredFile:
    """Take the bytes of an upload over into the account."""
    facts = call.prepared if isinstance(call.prepared, Facts) else None
    file = add(call.backend, call.home.name, upload.filename, purpose, upload.size, facts)
    upload.path.replace(content_path(call.backend, file.id))
    return table(call.backend).put(call.home.name, replace(file, expires_at=expires_at))


def expiry_of_form(call: Call) -> int | None:
    """When an uploaded file expires; fields such as expires_after[seconds] say so."""
    anchor, seconds = (call.form.get(f"expires_after[{name}]") for name in ("anchor", "seconds"))
    needed = call.surface == "v1" and call.backend.settings.v1_files_need_expiry
    if anchor is None and seconds is None and not needed:
        return None
    if call.surface == "classic" and call.version < "2025":
        text = "This api-version does not know expires_after."
        raise Refused(400, "invalidPayload", text, param="expires_after")
    return expiry(
        call,
        {"anchor": anchor, "seconds": int(seconds) if seconds and seconds.isdecimal() else None},
    )


def expiry(call: Call, given: Any) -> int:
    """When a file expires; a 400 unless it is 14 to 30 days after its creation."""
    seconds = given.get("seconds") if isinstance(given, dict) else None
    low, high = _EXPIRY
    if (
        not isinstance(seconds, int)
        or given.get("anchor") != "created_at"
        or not low <= seconds <= high
    ):
        text = f"expires_after needs anchor 'created_at' and seconds from {low} to {high}."
        raise Refused(400, "invalidPayload", text, param="expires_after")
    return int(call.now) + seconds


def listed(call: Call) -> Response:
    """GET /files. ``after`` is honoured on classic too, or the openai SDK would ask for ever."""
    wanted = call.query.get("purpose")
    seen = [each for each in table(call.backend).list(call.home.name) if call.listed(each)]
    files = [settle(call.backend, each) for each in seen]
    rows = [
        shown(each) for each in files if live(call.backend, each) and wanted in (None, each.purpose)
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
    table(call.backend).delete(call.home.name, file.id)
    if not is_learnt(call.backend, file.id):
        content_path(call.backend, file.id).unlink(missing_ok=True)
    if call.version == "2024-02-01" or not call.backend.settings.file_delete_body:
        return Response(status_code=204)
    return JSONResponse({"object": "file", "deleted": True, "id": file.id})
