"""Uploads: a large file in parts (authoring 2024-10-21; the classic surface only)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.authoring.file_routes import UPLOADED, check_room
from aoai_emulator.calls.call import Call
from aoai_emulator.calls.dispatch import body_fields
from aoai_emulator.state.errors import Refused, bad, no_entity
from aoai_emulator.state.file_records import add, catch_up, content_path, shown, table
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.training_data import Facts, scan
from aoai_emulator.state.upload_records import Part, StoredUpload, end, parts, uploads

_LARGEST: Final = 9 * 1024**3  # "maximum of 9 GB in total" (authoring 2024-10-21)
_FIELDS: Final = ("purpose", "filename", "bytes", "mime_type")


@dataclass(frozen=True)
class _Plan:
    """What ``complete`` has to join."""

    parts: tuple[Path, ...]
    size: int
    md5: str | None


@dataclass(frozen=True)
class _Joined:
    """The joined bytes, scanned."""

    path: Path
    size: int
    facts: Facts


def _shown(call: Call, upload: StoredUpload) -> dict[str, Any]:
    body: dict[str, Any] = {
        "object": "upload",
        "id": upload.id,
        "created_at": int(upload.created_at),
        "bytes": upload.bytes,
        "filename": upload.filename,
        "purpose": upload.purpose,
        "status": upload.status,
        "expires_at": int(upload.expires_at),
    }
    file = table(call.backend).get(upload.account, upload.file_id) if upload.file_id else None
    return body | ({"file": shown(catch_up(call.backend, file))} if file else {})


def create(call: Call) -> Response:
    """POST /uploads. Unlike other creates it answers 200, with Location."""
    body = call.json()
    body_fields(body, _FIELDS)
    for name in _FIELDS:
        if not body.get(name):
            raise bad(f"{name} is required.", name)
    size = body["bytes"]
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= _LARGEST:
        raise bad(f"bytes must be a whole number from 1 to {_LARGEST}.", "bytes")
    if body["purpose"] not in UPLOADED:
        raise bad(f"The purpose is not one of: {', '.join(UPLOADED)}.", "purpose")
    check_room(call)
    upload = StoredUpload(
        id=f"upload-{call.backend.ids.new()}",
        account=call.home.name,
        bytes=size,
        filename=str(body["filename"]),
        purpose=body["purpose"],
        created_at=call.now,
    )
    uploads(call.backend).put(call.home.name, upload)
    where = f"{call.openai}/uploads/{upload.id}?api-version={call.query['api-version']}"
    return JSONResponse(_shown(call, upload), headers={"location": call.url(where)})


def _find(call: Call) -> StoredUpload:
    """The upload of the path, which must still wait for parts."""
    wanted = call.params["upload"]
    upload = uploads(call.backend).get(call.home.name, wanted)
    if upload is None:
        raise no_entity()
    expired = upload.status == "pending" and call.now >= upload.expires_at
    if expired or upload.status != "pending":
        text = f"The upload {upload.id} is {'expired' if expired else upload.status}."
        raise Refused(400, "unexpectedEntityState", text)
    return upload


def add_part(call: Call) -> Response:
    """POST /uploads/{id}/parts."""
    upload = _find(call)
    data = call.files.get("data")
    if data is None:
        raise bad("The multipart body has no part named 'data'.", "data")
    name = call.backend.ids.new()
    block = base64.b64encode(bytes.fromhex(call.backend.ids.new())).decode()
    part = Part(f"uplprt-{name}", block, data.size)
    data.path.replace(content_path(call.backend, part.id))
    parts(call.backend).put(upload.id, part)
    body = {
        "object": "upload.part",
        "id": part.id,
        "created_at": int(call.now),
        "upload_id": upload.id,
        "azure_block_id": part.block,
    }
    return JSONResponse(body)


def plan(call: Call) -> _Plan:
    """Check a ``complete`` and find what it joins."""
    upload = _find(call)
    body = call.json()
    body_fields(body, ("part_ids", "md5"))
    given = body.get("part_ids")
    if not isinstance(given, list) or not given:
        raise bad("part_ids must be a list of the parts in their order.", "part_ids")
    known = _by_name(call, upload)
    missing = [str(name) for name in given if name not in known]
    if missing:
        raise bad(f"There is no part {', '.join(missing)} in {upload.id}.", "part_ids")
    chosen = [known[name] for name in given]
    size = sum(part.size for part in chosen)
    if size != upload.bytes:
        raise bad(f"The parts have {size} bytes, and {upload.bytes} were announced.", "part_ids")
    paths = tuple(content_path(call.backend, part.id) for part in chosen)
    return _Plan(paths, size, body.get("md5"))


def _by_name(call: Call, upload: StoredUpload) -> dict[str, Part]:
    # The description's example shows block ids, clients send part ids: which one Azure takes is
    # not known, so it is a setting.
    names = call.backend.settings.part_ids
    sent = parts(call.backend).list(upload.id)
    by_id = {part.id: part for part in sent} if names in ("either", "id") else {}
    by_block = {part.block: part for part in sent} if names in ("either", "block") else {}
    return by_id | by_block


def join(call: Call) -> _Joined:
    """Join the parts and scan them; runs in a thread."""
    asked = call.prepared
    if not isinstance(asked, _Plan):
        raise TypeError("a plan comes first")
    with tempfile.NamedTemporaryFile(dir=call.backend.directory, delete=False) as target:
        for path in asked.parts:
            with path.open("rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)
    whole = Path(target.name)
    if asked.md5 and not _same_md5(whole, asked.md5):
        whole.unlink()
        raise bad("The md5 of the joined parts is another one.", "md5")
    return _Joined(whole, asked.size, scan(whole))


def _same_md5(path: Path, given: str) -> bool:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).digest()
    try:
        decoded = base64.b64decode(given, validate=True)
    except binascii.Error:
        decoded = b""
    return given.lower() == found.hex() or decoded == found


def complete(call: Call) -> Response:
    """POST /uploads/{id}/complete."""
    joined = call.prepared
    if not isinstance(joined, _Joined):
        raise TypeError("the parts are joined first")
    upload = _find(call)
    facts = joined.facts if upload.purpose == "fine-tune" else None
    file = add(call.backend, call.home.name, upload.filename, upload.purpose, joined.size, facts)
    joined.path.replace(content_path(call.backend, file.id))
    end(call.backend, upload, "completed", file.id)
    return JSONResponse(_shown(call, replace(upload, status="completed", file_id=file.id)))


def cancel(call: Call) -> Response:
    """POST /uploads/{id}/cancel."""
    upload = _find(call)
    end(call.backend, upload, "cancelled")
    return JSONResponse(_shown(call, replace(upload, status="cancelled")))
