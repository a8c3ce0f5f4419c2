"""A blob store just large enough to import files from: put and get a block blob.

A blob's URL is https://localhost:PORT/storage/CONTAINER/NAME?sig=ANYTHING; the signature is not
checked, only that there is one.
"""

from __future__ import annotations

import hashlib
import re
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.state.backend import Backend

PREFIX = "/storage"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def blob_path(backend: Backend, container: str, name: str) -> Path:
    """Where the bytes of a blob lie. The name is hashed: it may hold any character."""
    digest = hashlib.sha256(f"{container}/{name}".encode()).hexdigest()
    return backend.contents / f"blob-{digest}"


def local_blob(backend: Backend, url: str) -> Path | None:
    """The blob of a URL, if the URL is of this store and signed."""
    parts = urlsplit(url)
    if not url.startswith(f"{backend.url}{PREFIX}/") or "sig" not in parse_qs(parts.query):
        return None
    container, _, name = parts.path.removeprefix(f"{PREFIX}/").partition("/")
    return blob_path(backend, container, name)


async def _blob(request: Request) -> Response:
    backend: Backend = request.app.state.backend
    request.state.operation = "storage.put" if request.method == "PUT" else "storage.get"
    if "sig" not in request.query_params:
        return _refused(403, "AuthenticationFailed")
    params = request.path_params
    path = blob_path(backend, params["container"], params["name"])
    if request.method == "PUT":
        return await _put(request, path)
    if not path.exists():
        return _refused(404, "BlobNotFound")
    return _get(request, path)


async def _put(request: Request, path: Path) -> Response:
    if request.headers.get("x-ms-blob-type") != "BlockBlob" or "comp" in request.query_params:
        return _refused(400, "UnsupportedHeader")
    with path.open("wb") as target:
        async for chunk in request.stream():
            target.write(chunk)
    return Response(status_code=201, headers=_headers(path))


def _get(request: Request, path: Path) -> Response:
    data = path.read_bytes()
    given = request.headers.get("x-ms-range") or request.headers.get("range") or ""
    match = _RANGE.fullmatch(given)
    headers = _headers(path)
    if match is None or not data:
        return Response(data, 200, headers, "application/octet-stream")
    start = int(match[1])
    end = min(int(match[2] or len(data)), len(data) - 1)
    headers["content-range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(data[start : end + 1], 206, headers, "application/octet-stream")


def _headers(path: Path) -> dict[str, str]:
    state = path.stat()
    return {
        "etag": f'"0x{state.st_mtime_ns:X}"',
        "last-modified": formatdate(state.st_mtime, usegmt=True),
        "x-ms-blob-type": "BlockBlob",
        "x-ms-version": "2025-01-05",
        "x-ms-request-server-encrypted": "true",
    }


def _refused(status: int, code: str) -> Response:
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Response(body, status, {"x-ms-error-code": code}, "application/xml")


ROUTES = [Route(f"{PREFIX}/{{container}}/{{name:path}}", _blob, methods=["PUT", "GET", "HEAD"])]
