"""From a table of operations to routes: versions, credentials, roles and bodies, in one place."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.calls import auth
from aoai_emulator.calls.call import Call, Upload
from aoai_emulator.operations.catch_up import settle
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import Refused, Surface, answer, not_found
from aoai_emulator.state.world import Account

Handler = Callable[[Call], Response]
CLASSIC = ("2024-02-01", "2024-05-01-preview", "2024-10-21", "2025-04-01-preview")
V1 = ("v1", "preview")
_COPY_CHUNK = 1 << 20
_LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True)
class Operation:
    """A call of the data plane. ``classic`` is the first api-version with it, or None."""

    name: str
    method: str
    path: str
    action: str
    handler: Handler
    classic: str | None = CLASSIC[0]
    v1: bool = True
    query: tuple[str, ...] = ()
    body: str | None = None  # "json" or "multipart"
    plan: Callable[[Call], object] | None = None
    work: Callable[[Call], object] | None = None


Endpoint = Callable[[Request], Awaitable[Response]]


def named(operation: str, endpoint: Endpoint) -> Endpoint:
    """The endpoint of a plain route, known to the recorder by the operation's name."""

    async def endpoint_named(request: Request) -> Response:
        request.state.operation = operation
        return await endpoint(request)

    return endpoint_named


def data_routes(operations: Iterable[Operation]) -> list[Route]:
    """The routes of both data-plane surfaces."""
    routes = []
    for operation in operations:
        if operation.v1:
            routes.append(_route(operation, "/{account}/openai/v1", "v1"))
        if operation.classic:
            routes.append(_route(operation, "/{account}/openai", "classic"))
    return routes


def _route(operation: Operation, prefix: str, surface: Surface) -> Route:
    async def endpoint(request: Request) -> Response:
        request.state.operation = operation.name
        try:
            return await _answer(operation, surface, request)
        except Refused as error:
            return answer(error, surface)

    return Route(prefix + operation.path, endpoint, methods=[operation.method], name=operation.name)


async def _answer(operation: Operation, surface: Surface, request: Request) -> Response:
    backend: Backend = request.app.state.backend
    account = backend.world.account(request.path_params["account"])
    if account is None:
        raise not_found()
    version = _version(operation, surface, request.query_params)
    caller = auth.data_caller(backend, request.headers, account)
    what = f"{operation.method} {operation.path}"
    auth.require_data_action(backend, caller, account, operation.action, what)
    _check_query(operation, request.query_params)
    call = _call(backend, surface, version, request, caller, account)
    if operation.body == "multipart":
        return await _with_form(operation, call, request)
    call = replace(call, body=await request.body())
    _check_type(operation, request)
    return await run(operation.handler, await _prepared(operation, call))


def _call(
    backend: Backend,
    surface: Surface,
    version: str,
    request: Request,
    caller: auth.Caller,
    account: Account | None,
) -> Call:
    return Call(
        backend=backend,
        surface=surface,
        version=version,
        method=request.method,
        path=request.url.path,
        params=request.path_params,
        query=dict(request.query_params),
        headers=request.headers,
        caller=caller,
        account=account,
    )


async def run(handler: Handler, call: Call) -> Response:
    """Settle the account up to now and run the handler, all in one transaction.

    A refusal keeps what was settled; any other exception leaves no trace.
    """
    refused: Refused | None = None
    with call.backend.store.transaction():
        try:
            if call.account:
                settle(call.backend, call.account.name)
            response = handler(call)
        except Refused as error:
            refused = error
    if refused:
        raise refused
    return response


async def _prepared(operation: Operation, call: Call) -> Call:
    """Do the slow part in a thread: ``plan`` reads the state for it, ``work`` leaves it alone."""
    if operation.plan:
        with call.backend.store.transaction():
            call = replace(call, prepared=operation.plan(call))
    if operation.work:
        call = replace(call, prepared=await asyncio.to_thread(operation.work, call))
    return call


def _version(operation: Operation, surface: Surface, query: Mapping[str, str]) -> str:
    given = query.get("api-version")
    if surface == "v1":
        if given not in (None, *V1):
            raise Refused(
                400, "UnsupportedApiVersion", f"API version {given!r} is not supported on v1."
            )
        return given or "v1"
    known = operation.classic is not None and given in CLASSIC
    if not known or CLASSIC.index(str(given)) < CLASSIC.index(str(operation.classic)):
        raise not_found()
    return str(given)


def _check_query(operation: Operation, query: Mapping[str, str]) -> None:
    for name in query:
        if name not in ("api-version", *operation.query):
            raise Refused(400, "invalidPayload", f"Unknown query parameter: {name}.", param=name)


def _check_type(operation: Operation, request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip()
    wanted = {"json": "application/json", "multipart": "multipart/form-data"}.get(
        operation.body or ""
    )
    if wanted and given != wanted:
        text = f"The content type {given!r} is not supported; send {wanted}."
        raise Refused(415, "UnsupportedMediaType", text)


async def _with_form(operation: Operation, call: Call, request: Request) -> Response:
    _check_type(operation, request)
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
        filled = await _prepared(operation, replace(call, form=fields, files=files))
        return await run(operation.handler, filled)


def _keep(part: UploadFile, path: Path) -> Upload:
    with path.open("wb") as target:
        while chunk := part.file.read(_COPY_CHUNK):
            target.write(chunk)
    # A file name is only ever shown, never used as a path; still, no control characters travel on.
    name = re.sub(r"[\x00-\x1f\x7f]", "_", part.filename or "file")
    return Upload(name, path, path.stat().st_size)


def body_fields(body: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a body with a field that the operation does not know."""
    for name in body:
        if name not in known:
            text = f"Unrecognized request argument supplied: {name}"
            raise Refused(400, "invalidPayload", text, param=name)
