"""What stands before every route: Host check, recorder, faults, and the emulator's own Date header."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator.backend import Backend
from emulator.connection import cut, drain, hang_up
from emulator.faults import Fault

ADMIN = "/_emulator"
_GARBAGE = b"<html><body>not what you asked for"


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, backend: Backend) -> None:
        self._app = app
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        dated = self._dated(send)
        if not self._host_is_ours(headers.get("host", "")):
            await _refuse_host(scope, receive, dated)
        elif scope["path"].startswith(ADMIN):
            await self._app(scope, receive, dated)
        else:
            await self._recorded(scope, receive, dated, headers)

    def _host_is_ours(self, host: str) -> bool:
        # A page in a browser could otherwise reach the loopback by a name of its own (DNS rebinding).
        name, _, port = host.rpartition(":")
        return (name if port.isdigit() else host).lower() in self._backend.hosts

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._backend.clock.now(), usegmt=True).encode()
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"date"]
                message = {**message, "headers": [*kept, (b"date", date)]}
            await send(message)

        return dated

    async def _recorded(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        recorder = self._backend.recorder
        method, path = scope["method"], scope["path"]
        query = scope["query_string"].decode("latin-1")
        number = recorder.start(self._backend.clock.now(), method, path, query, headers)
        fault = self._backend.faults.take(method, path)
        if fault:
            recorder.finish(number, fault=f"{fault.kind} {fault.when}")
        await recorder.tell()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                recorder.finish(number, status=message["status"])
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
        if answer is None:
            await drain(receive)
        await _STRIKES[fault.kind](fault, answer, scope, receive, send)

    async def _wait(self, fault: Fault) -> None:
        if fault.kind == "hold":
            await self._backend.faults.held()
        else:
            await asyncio.sleep(fault.seconds)


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


async def _status(
    fault: Fault, _: Response | None, scope: Scope, receive: Receive, send: Send
) -> None:
    body = fault.body
    if body is None:
        body = f'{{"error": {{"code": "{fault.status}", "message": "A scripted fault."}}}}'
    headers = {"content-type": "application/json", **fault.headers}
    await Response(body, fault.status, headers)(scope, receive, send)


async def _drop(_f: Fault, _a: Response | None, scope: Scope, _r: Receive, _s: Send) -> None:
    hang_up(scope)


async def _reset(_f: Fault, _a: Response | None, scope: Scope, _r: Receive, _s: Send) -> None:
    cut(scope)


async def _truncate(
    fault: Fault, answer: Response | None, scope: Scope, receive: Receive, send: Send
) -> None:
    whole = answer or JSONResponse({"id": "cut", "object": "cut"}, fault.status)
    await send(
        {"type": "http.response.start", "status": whole.status_code, "headers": whole.raw_headers}
    )
    half = bytes(whole.body)[: len(whole.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    hang_up(scope)


async def _garbage(
    fault: Fault, answer: Response | None, scope: Scope, receive: Receive, send: Send
) -> None:
    status = answer.status_code if answer else 200
    body = (fault.body or "").encode() or _GARBAGE
    await Response(body, status, {"content-type": "application/json"})(scope, receive, send)


async def _trickle(
    fault: Fault, answer: Response | None, scope: Scope, receive: Receive, send: Send
) -> None:
    whole = answer or JSONResponse({"object": "trickle"}, 200)

    async def slowly() -> AsyncIterator[bytes]:
        for byte in bytes(whole.body):
            await asyncio.sleep(fault.seconds)
            yield bytes([byte])

    headers = dict(whole.headers)
    await StreamingResponse(slowly(), whole.status_code, headers)(scope, receive, send)


_Strike = Callable[[Fault, Response | None, Scope, Receive, Send], Awaitable[None]]
_STRIKES: dict[str, _Strike] = {
    "status": _status,
    "drop": _drop,
    "reset": _reset,
    "truncate": _truncate,
    "garbage": _garbage,
    "trickle": _trickle,
}
