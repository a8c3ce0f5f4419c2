"""Around every route: Host check, recorder, faults, the emulator's own Date."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aoai_emulator.admin.guard import PREFIX, refusal
from aoai_emulator.server.fault_effects import Exchange, apply_fault
from aoai_emulator.server.recorded_body import recording
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.clock import compact
from aoai_emulator.state.faults import Fault
from aoai_emulator.state.json_response import JSONResponse

_SLASHES, _LEADING = re.compile("/{2,}"), re.compile("^/{2,}")
_BLOB = "/storage/"
"""A blob's name may hold any character."""


class Middleware:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, backend: Backend) -> None:
        self._app = app
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # As Starlette's: of two headers of one name the first one counts.
        headers = dict(reversed(Headers(scope=scope).items()))
        # Official clients join a base URL that ends in a slash with a path that begins with one.
        path = scope["path"]
        scope["path"] = _LEADING.sub("/", path) if _BLOB in path else _SLASHES.sub("/", path)
        dated = self._dated(send)
        if not self._host_is_ours(headers.get("host", "")):
            await _refuse_host(scope, receive, dated)
        elif scope["path"].startswith(PREFIX):
            refused = refusal(scope["method"], headers, self._backend.url)
            await (refused or self._app)(scope, receive, dated)
        else:
            await self._recorded(scope, receive, dated, headers)

    def _host_is_ours(self, host: str) -> bool:
        # A page in a browser could otherwise reach the loopback by a name of its own.
        name, _, port = host.rpartition(":")
        return (name if port.isdigit() else host).lower() in self._backend.hosts

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = _date(int(self._backend.clock.now()))
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"date"]
                message = {**message, "headers": [*kept, (b"date", date)]}
            await send(message)

        return dated

    async def _recorded(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]
    ) -> None:
        recorder = self._backend.recorder
        method, path = scope["method"], scope["path"]
        query = scope["query_string"].decode("latin-1")
        number = recorder.start(self._backend.clock.now(), method, path, query, headers)
        receive = recording(receive, headers, lambda body: recorder.finish(number, body=body))
        fault = self._backend.faults.take(method, path)
        if fault:
            recorder.finish(number, fault=f"{fault.kind} {fault.when}")
        await recorder.notify()
        request_id = str(uuid4())
        recorder.finish(number, request_id=request_id)
        extra = _request_ids(path, headers, request_id, self._backend.clock.now())

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                operation = scope.get("state", {}).get("operation")
                recorder.finish(number, status=message["status"], operation=operation)
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        if fault:
            await self._faulty(fault, scope, receive, noted)
        else:
            await self._app(scope, receive, noted)

    async def _faulty(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _collect(self._app, scope, receive) if fault.when == "after" else None
        if fault.kind in ("delay", "hold"):
            await self._wait(fault)
            if answer:
                await answer(scope, receive, send)
            else:
                await self._app(scope, receive, send)
            return
        await apply_fault(Exchange(fault, answer, scope, receive, send))

    async def _wait(self, fault: Fault) -> None:
        if fault.kind == "hold":
            await self._backend.faults.held()
        else:
            await asyncio.sleep(fault.seconds)


def _request_ids(
    path: str, headers: Mapping[str, str], request_id: str, now: float
) -> list[tuple[bytes, bytes]]:
    arm = path.lower().startswith("/subscriptions")
    names = ("x-ms-request-id", "x-ms-correlation-request-id") if arm else ("apim-request-id",)
    found = [(name.encode(), request_id.encode()) for name in names]
    if arm:
        found.append((b"x-ms-routing-request-id", f"EMULATOR:{compact(now)}:{request_id}".encode()))
    if client := headers.get("x-ms-client-request-id"):
        found.append((b"x-ms-client-request-id", client.encode("latin-1")))
    return found


@lru_cache(maxsize=256)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


async def _refuse_host(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"code": "InvalidHost", "message": "The emulator does not answer under this host name."}
    await JSONResponse({"error": error}, 421)(scope, receive, send)


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """Do the work and keep the answer instead of sending it."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    response = Response(bytes(body), start["status"])
    response.raw_headers = list(start["headers"])
    return response
