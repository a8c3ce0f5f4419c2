"""What each kind of fault does to a request or to its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from aoai_emulator.server.connection import cut, drain, hang_up
from aoai_emulator.state.faults import Fault
from aoai_emulator.state.json_response import JSONResponse

_GARBAGE: Final = "<html><body>not what you asked for"


@dataclass(frozen=True)
class Exchange:
    """A request that a fault is about. ``answer`` is there when the work is already done."""

    fault: Fault
    answer: Response | None
    scope: Scope
    receive: Receive
    send: Send

    async def reply(self, response: Response) -> None:
        """Send a response of our own."""
        await response(self.scope, self.receive, self.send)

    @property
    def whole(self) -> Response:
        """The answer, or where the work was not done something to spoil instead."""
        return self.answer or JSONResponse({"object": "nothing was done"})


async def apply_fault(exchange: Exchange) -> None:
    """Let the fault happen."""
    if exchange.answer is None:
        await drain(exchange.receive)
    await _EFFECTS[exchange.fault.kind](exchange)


async def _status(exchange: Exchange) -> None:
    fault = exchange.fault
    error = {"error": {"code": str(fault.status), "message": "A scripted fault."}}
    body = json.dumps(error) if fault.body is None else fault.body
    headers = {"content-type": "application/json", **fault.headers}
    await exchange.reply(Response(body, fault.status, headers))


async def _drop(exchange: Exchange) -> None:
    hang_up(exchange.scope)


async def _reset(exchange: Exchange) -> None:
    cut(exchange.scope)


async def _stall(exchange: Exchange) -> None:
    """Say nothing until the client goes away, or for ``seconds`` and then hang up."""
    try:
        async with asyncio.timeout(exchange.fault.seconds or None):
            while (await exchange.receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        hang_up(exchange.scope)


async def _truncate(exchange: Exchange) -> None:
    whole = exchange.whole
    start = {"status": whole.status_code, "headers": whole.raw_headers}
    await exchange.send({"type": "http.response.start", **start})
    half = bytes(whole.body)[: len(whole.body) // 2]
    await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
    hang_up(exchange.scope)


async def _garbage(exchange: Exchange) -> None:
    body = exchange.fault.body or _GARBAGE
    headers = {"content-type": "application/json", **exchange.fault.headers}
    await exchange.reply(Response(body, exchange.whole.status_code, headers))


async def _trickle(exchange: Exchange) -> None:
    whole = exchange.whole

    async def slowly() -> AsyncIterator[bytes]:
        for byte in bytes(whole.body):
            await asyncio.sleep(exchange.fault.seconds)
            yield bytes([byte])

    await exchange.reply(StreamingResponse(slowly(), whole.status_code, dict(whole.headers)))


_EFFECTS: Final[dict[str, Callable[[Exchange], Awaitable[None]]]] = {
    "status": _status,
    "drop": _drop,
    "reset": _reset,
    "stall": _stall,
    "truncate": _truncate,
    "garbage": _garbage,
    "trickle": _trickle,
}
