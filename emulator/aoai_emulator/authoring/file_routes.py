"""The routes of files: upload, list, get, content, delete (authoring 2024-10-21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from aoai_emulator.calls.call import Call, Upload
from aoai_emulator.calls.responses import created
from aoai_emulator.state.errors import Refused, not_found
from aoai_emulator.state.file_records import (
    StoredFile,
    add,
    assistants_headers,
    catch_up,
    content_path,
    find,
    live,
    missing,
    shown,
    table,
)
from aoai_emulator.state.job_records import files_in_use, is_learnt
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.training_data import Facts, scan

UPLOADED: Final = ("fine-tune", "assistants", "batch")
_EVALS_SINCE: Final = "2025-04-01-preview"
_BODY_SINCE: Final = "2024-07-01-preview"  # 2024-05-01-preview was recorded with 204
_CHUNK: Final = 1 << 20
_WORD: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
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
    known = (*UPLOADED, "evals") if shows_expiry(call) else UPLOADED
    if purpose not in known:
        text = f"The purpose {purpose!r} is not one of: {', '.join(known)}."
        raise Refused(400, "invalidPayload", text, param="purpose")
    check_room(call)
    file = keep(call, upload, purpose, expiry_of_form(call))
    if purpose == "assistants":
        return JSONResponse(shown(file), headers=assistants_headers())
    return created(call, shown(file, expiry=shows_expiry(call)), f"/files/{file.id}")


def shows_expiry(call: Call) -> bool:
    """Whether the api-version is of 2025-04-01-preview or newer, which brought two things."""
    return call.surface != "classic" or call.version >= _EVALS_SINCE


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
    """GET /files, newest first.

    ``after`` is honoured on classic too, or the openai SDK would ask for ever.
    """
    wanted = call.query.get("purpose")
    seen = [each for each in table(call.backend).list(call.home.name) if call.listed(each)]
    files = [catch_up(call.backend, each) for each in seen]
    rows = [
        shown(each, expiry=shows_expiry(call))
        for each in files
        if live(call.backend, each) and wanted in (None, each.purpose)
    ]
    if call.query.get("order") != "asc":
        rows.reverse()
    places = [place for place, row in enumerate(rows) if row["id"] == call.query.get("after")]
    rest = rows[places[0] + 1 :] if places else rows
    data = rest[: int(call.query["limit"])] if call.query.get("limit", "").isdecimal() else rest
    body: dict[str, Any] = {"object": "list", "data": data}
    if call.surface == "v1":
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        body |= {**ends, "has_more": len(data) < len(rest)}
    # Without a purpose the answer is merged from two backends.
    return JSONResponse(body, headers=None if wanted else assistants_headers())


def get(call: Call) -> Response:
    """GET /files/{id}."""
    file = find(call.backend, call.home.name, call.params["file"])
    polled = table(call.backend).put(call.home.name, replace(file, polls=file.polls + 1))
    return JSONResponse(shown(catch_up(call.backend, polled), expiry=shows_expiry(call)))


def content(call: Call) -> Response:
    """GET /files/{id}/content."""
    file = find(call.backend, call.home.name, call.params["file"])
    path = content_path(call.backend, file.id)
    if not path.exists():
        raise not_found(f"The content of {file.id} is not there yet.")
    disposition = (
        f"attachment; filename={_token(file.filename)}; filename*=UTF-8''{quote(file.filename)}"
    )
    size = path.stat().st_size
    headers = {"content-disposition": disposition, "content-length": str(size)}
    if size <= _CHUNK:  # as a result file is: nothing is gained by a thread that reads it
        return Response(path.read_bytes(), 200, headers, "application/octet-stream")
    return StreamingResponse(_chunks(path), 200, headers, "application/octet-stream")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _token(name: str) -> str:
    """A file name as a parameter of a header: in quotes unless it is a plain word."""
    plain = name.encode("ascii", "replace").decode()
    if _WORD.fullmatch(plain):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def delete(call: Call) -> Response:
    """DELETE /files/{id}; refused while a job still works on the file.

    A file that is not there is answered as recorded: 200, ``deleted`` false.
    """
    name = call.params["file"]
    file = table(call.backend).get(call.home.name, name)
    if file is None:
        if name.startswith("assistant-"):
            raise missing(name)
        return _deleted(call, name, done=False)
    if file.id in files_in_use(call.backend, call.home.name):
        text = f"The file {file.id} is in use by a fine-tuning job that has not ended."
        raise Refused(409, "conflict", text)
    table(call.backend).delete(call.home.name, file.id)
    if not is_learnt(call.backend, file.id):
        content_path(call.backend, file.id).unlink(missing_ok=True)
    return _deleted(call, file.id, done=True)


def _deleted(call: Call, name: str, *, done: bool) -> Response:
    old = call.surface == "classic" and call.version < _BODY_SINCE
    if old or not call.backend.settings.file_delete_body:
        return Response(status_code=204)
    headers = assistants_headers() if name.startswith("assistant-") else None
    return JSONResponse({"object": "file", "deleted": done, "id": name}, headers=headers)
