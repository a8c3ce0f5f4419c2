"""Requests to an ASGI application without a socket: an adapter for ``requests``."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from starlette.types import ASGIApp, Message
from urllib3 import HTTPResponse

Handle = Callable[["Sent"], "Answer"]


@dataclass(frozen=True)
class Sent:
    """A request as it leaves the client."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer as it reaches the client."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Application:
    """An ASGI application that is called directly, one request after the other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """End the loop and its threads."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def __call__(self, sent: Sent) -> Answer:
        """Carry out one request."""
        received: list[Message] = []
        waiting: list[Message] = [{"type": "http.request", "body": sent.body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            received.append(message)

        answering = self._app(_scope(sent), receive, send)
        if sent.headers.get("Content-Type", "").startswith("multipart"):
            self._loop.run_until_complete(answering)  # it is read in a thread
        else:
            _finish(answering)
        body = b"".join(message.get("body", b"") for message in received[1:])
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in received[0]["headers"]}
        return Answer(received[0]["status"], headers, body)


def _finish(answering: Awaitable[None]) -> None:
    """Run to its end what waits for nothing, without a loop, which costs as much as the answer."""
    steps = answering.__await__()
    try:
        next(steps)
    except StopIteration:
        return
    raise RuntimeError("the application waits for something that only a loop can give")


def _scope(sent: Sent) -> dict[str, Any]:
    named = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in sent.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "https",
        "path": sent.path,
        "raw_path": sent.path.encode(),
        "query_string": sent.query.encode(),
        "root_path": "",
        "headers": named,
        "server": ("localhost", 1),
        "client": ("127.0.0.1", 2),
    }


class Adapter(HTTPAdapter):
    """Gives the requests of a session to a function instead of the network."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer one request; what ``handle`` raises reaches the client as the wire's error."""
        parts = urlsplit(request.url or "")
        headers = {"host": parts.netloc, **request.headers}
        body = _read(request.body)
        sent = Sent(str(request.method), parts.path, parts.query, headers, body)
        try:
            answer = self._handle(sent)
        except requests.RequestException as error:
            error.request = request
            raise
        raw = HTTPResponse(
            io.BytesIO(answer.body),
            headers=dict(answer.headers),
            status=answer.status,
            preload_content=False,
        )
        return self.build_response(request, raw)


def _read(body: Any) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    if isinstance(body, str):
        return body.encode()
    chunks = []
    while chunk := body.read(1 << 20):
        chunks.append(chunk)
    return b"".join(chunks)
