"""Import of a file from a URL (authoring 2024-10-21; the classic surface only)."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from starlette.responses import Response

from aoai_emulator.authoring.blob_storage import local_blob
from aoai_emulator.authoring.file_routes import UPLOADED, check_room, expiry, shows_expiry
from aoai_emulator.calls.call import Call
from aoai_emulator.calls.dispatch import body_fields
from aoai_emulator.calls.responses import created
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.file_records import add, content_path, shown, table
from aoai_emulator.state.training_data import Facts, scan

_REQUIRED: Final = ("purpose", "filename", "content_url")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_SECONDS: Final = 30


@dataclass(frozen=True)
class _Fetched:
    """The bytes of the URL, scanned; or why there are none."""

    path: Path | None = None
    size: int = 0
    facts: Facts | None = None
    problem: str | None = None


class _NoRedirect(HTTPRedirectHandler):
    """A URL that leads elsewhere is not followed."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def fetch(call: Call) -> _Fetched:
    """Get the bytes; runs in a thread. A URL that fails spoils the file, not the request."""
    url = str(call.json().get("content_url", ""))
    blob = local_blob(call.backend, url)
    with tempfile.NamedTemporaryFile(dir=call.backend.directory, delete=False) as made:
        target = Path(made.name)
    try:
        if blob is not None:
            shutil.copyfile(blob, target)
        else:
            _download(url, target)
    except (OSError, URLError, ValueError) as error:
        target.unlink()
        return _Fetched(problem=f"The content could not be read: {type(error).__name__}.")
    return _Fetched(target, target.stat().st_size, scan(target))


def _download(url: str, target: Path) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in _LOOPBACK:
        # An emulator that fetches from anywhere would be a way into other people's networks.
        raise ValueError("the emulator imports from the loopback only")
    request = Request(url)  # noqa: S310  the scheme is checked above
    with (
        build_opener(_NoRedirect()).open(request, timeout=_SECONDS) as source,
        target.open("wb") as out,
    ):
        shutil.copyfileobj(source, out, 1 << 20)


def create(call: Call) -> Response:
    """POST /files/import: the file is pending, and nothing is known of its size."""
    body = call.json()
    known = (*_REQUIRED, "expires_after") if shows_expiry(call) else _REQUIRED
    body_fields(body, known)
    for name in _REQUIRED:
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refused(
                400, "invalidPayload", f"{name} is required and must be text.", param=name
            )
    if body["purpose"] not in UPLOADED:
        text = f"The purpose is not one of: {', '.join(UPLOADED)}."
        raise Refused(400, "invalidPayload", text, param="purpose")
    check_room(call)
    fetched = call.prepared if isinstance(call.prepared, _Fetched) else _Fetched()
    after = body.get("expires_after")
    expires = None if after is None else expiry(call, after)
    facts = fetched.facts if body["purpose"] == "fine-tune" else None
    file = add(call.backend, call.home.name, body["filename"], body["purpose"], None, facts)
    file = replace(file, problem=fetched.problem, expires_at=expires, arrives=fetched.size)
    table(call.backend).put(call.home.name, file)
    if fetched.path:
        fetched.path.replace(content_path(call.backend, file.id))
    return created(call, shown(file, expiry=shows_expiry(call)), f"/files/{file.id}")
