"""Reach the socket under a request, to end it the way a network does."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "emulator.transport"


class Connection(H11Protocol):
    """uvicorn's HTTP/1.1, which also hands the transport to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport in the scope's state."""
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        super().connection_made(transport)

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or bool(self.cycle.response_complete)


def hang_up(scope: Scope) -> None:
    """Close the connection in good order (FIN) without a further byte."""
    scope["state"][_TRANSPORT].close()


def cut(scope: Scope) -> None:
    """Break the connection (RST)."""
    transport = scope["state"][_TRANSPORT]
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


async def drain(receive: Receive) -> None:
    """Read a request's body to its end: unread bytes would turn a FIN, or an answer, into a RST."""
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
