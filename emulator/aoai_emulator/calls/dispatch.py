"""From a table of operations to routes: versions, credentials, roles and bodies, in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from aoai_emulator.calls import auth
from aoai_emulator.calls.call import Call, parameters
from aoai_emulator.calls.data_headers import add_headers
from aoai_emulator.calls.forms import check_type, received
from aoai_emulator.calls.versions import CLASSIC, version_of
from aoai_emulator.operations.catch_up import catch_up
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import Refused, Surface, answer, not_found

Handler = Callable[[Call], Response]
_ANSWERED_BY_THE_GATEWAY: Final = 401


@dataclass(frozen=True)
class Operation:
    """A call of the data plane.

    Attributes:
        classic: the first classic api-version with it, or None.
        v1: whether ``/openai/v1`` has it.
        service: which part of the service answers; it decides about headers.
        body: ``json`` or ``multipart``.
        also: other methods that pages of the docs print for it.
        plan: reads the state for ``work``.
        work: the slow part, done in a thread.
    """

    name: str
    method: str
    path: str
    action: str
    handler: Handler
    classic: str | None = CLASSIC[0]
    v1: bool = True
    query: tuple[str, ...] = ()
    body: str | None = None
    plan: Callable[[Call], object] | None = None
    work: Callable[[Call], object] | None = None
    service: str = "authoring"
    also: tuple[str, ...] = ()


Endpoint = Callable[[Request], Awaitable[Response]]


def named(operation: str, endpoint: Endpoint) -> Endpoint:
    """The endpoint of a plain route, known to the recorder by the operation's name."""

    async def endpoint_named(request: Request) -> Response:
        request.state.operation = operation
        return await endpoint(request)

    return endpoint_named


PROJECT_PREFIX: Final = "/{account}/api/projects/{project}"
PREFIXES: Final[tuple[tuple[str, Surface], ...]] = (
    ("/{account}/api/projects/{project}/openai/v1", "v1"),
    ("/{account}/api/projects/{project}/openai", "project"),
    ("/{account}/openai/v1", "v1"),
    ("/{account}/openai", "classic"),
)


def data_routes(operations: Iterable[Operation], of_project: Iterable[Operation]) -> list[Mount]:
    """The routes of all surfaces of the data plane; the longer prefix is tried first.

    Args:
        operations: what lies below ``/openai``.
        of_project: what a Foundry project has beside it.
    """
    table = tuple(operations)
    mounts = [
        Mount(prefix, routes=[_route(each, surface) for each in table if offers(each, surface)])
        for prefix, surface in PREFIXES
    ]
    beside = Mount(PROJECT_PREFIX, routes=[_route(each, "project") for each in of_project])
    return [*mounts, beside]


def offers(operation: Operation, surface: Surface) -> bool:
    """Whether a surface has an operation."""
    return operation.v1 if surface == "v1" else operation.classic is not None


def _route(operation: Operation, surface: Surface) -> Route:
    async def endpoint(request: Request) -> Response:
        request.state.operation = operation.name
        try:
            found = await _answer(operation, surface, request)
        except Refused as error:
            found = answer(error, surface)
        if found.status_code != _ANSWERED_BY_THE_GATEWAY:
            add_headers(found, request, surface, operation.service)
        return found

    methods = [operation.method, *operation.also]
    return Route(operation.path, endpoint, methods=methods, name=operation.name)


async def _answer(operation: Operation, surface: Surface, request: Request) -> Response:
    backend: Backend = request.app.state.backend
    account = backend.world.account(request.path_params["account"])
    if account is None:
        raise not_found()
    query = _query(request)
    version = version_of(surface, operation.classic, query)
    caller = auth.data_caller(backend, request.headers, account, keys_as_bearer=surface == "v1")
    what = f"{operation.method} {operation.path}"
    auth.require_data_action(backend, caller, account, operation.action, what)
    _check_query(operation, query)
    check_type(operation.body, request)
    if operation.body == "multipart":
        call = Call.of(request, surface, version, caller, account, query)
        async with received(call, request) as filled:
            return await run(operation.handler, await _prepared(operation, filled))
    body = await request.body()
    call = Call.of(request, surface, version, caller, account, query, body)
    return await run(operation.handler, await _prepared(operation, call))


def _query(request: Request) -> dict[str, str]:
    """The parameters; ``api-version`` counts in any letter case, as it does for Azure."""
    return {
        "api-version" if name.lower() == "api-version" else name: value
        for name, value in parameters(request).items()
    }


async def run(handler: Handler, call: Call) -> Response:
    """Bring the account up to now and run the handler, all in one transaction.

    A refusal keeps what was due; any other exception leaves no trace.
    """
    refused: Refused | None = None
    with call.backend.store.transaction():
        try:
            if call.account:
                catch_up(call.backend, call.account.name)
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


def _check_query(operation: Operation, query: Mapping[str, str]) -> None:
    for name in query:
        if name not in ("api-version", *operation.query):
            raise Refused(400, "invalidPayload", f"Unknown query parameter: {name}.", param=name)


def body_fields(body: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a body with a field that the operation does not know."""
    for name in body:
        if name not in known:
            text = f"Unrecognized request argument supplied: {name}"
            raise Refused(400, "invalidPayload", text, param=name)
