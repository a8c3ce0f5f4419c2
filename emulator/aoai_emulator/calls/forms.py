"""Bodies: their content type, and multipart forms with their files on disk."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request

from aoai_emulator.calls.call import Call, Upload
from aoai_emulator.state.errors import Refused

_COPY_CHUNK: Final = 1 << 20
_LARGEST_FILE: Final = 512 * 1024 * 1024
_TYPES: Final = {"json": "application/json", "multipart": "multipart/form-data"}


def check_type(body: str | None, request: Request) -> None:
    """Refuse a body of another content type than the operation takes."""
    given = request.headers.get("content-type", "").partition(";")[0].strip()
    wanted = _TYPES.get(body or "")
    if wanted and given != wanted:
        text = f"The content type {given!r} is not supported; send {wanted}."
        raise Refused(415, "UnsupportedMediaType", text)


@asynccontextmanager
async def received(call: Call, request: Request) -> AsyncIterator[Call]:
    """The call with its form. The files lie in a folder that goes away at the end."""
    if int(request.headers.get("content-length", "0")) > _LARGEST_FILE + _COPY_CHUNK:
        raise Refused(413, "invalidPayload", "The file is larger than 512 MB.")
    with tempfile.TemporaryDirectory(dir=call.backend.directory) as folder:
        async with request.form() as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            files = {
                name: await asyncio.to_thread(_keep, value, Path(folder) / str(place))
                for place, (name, value) in enumerate(form.items())
                if isinstance(value, UploadFile)
            }
        yield replace(call, form=fields, files=files)


def _keep(part: UploadFile, path: Path) -> Upload:
    with path.open("wb") as target:
        while chunk := part.file.read(_COPY_CHUNK):
            target.write(chunk)
    # A file name is only ever shown, never used as a path; still, no control characters travel on.
    name = re.sub(r"[\x00-\x1f\x7f]", "_", part.filename or "file")
    return Upload(name, path, path.stat().st_size)
