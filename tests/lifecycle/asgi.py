"""Requests to an ASGI application without a socket: a session of ``requests``."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aoai.azure.http.bounded import assume_started

Handle = Callable[["Sent"], "Answer"]
_MOST_PATHS = 10_000


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
        self._loop.set_default_executor(_InPlace())

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
        if _takes_a_thread(sent):
            self._loop.run_until_complete(answering)
        else:
            _finish(answering)
        body = b"".join(message.get("body", b"") for message in received[1:])
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in received[0]["headers"]}
        return Answer(received[0]["status"], headers, body)


class _InPlace(ThreadPoolExecutor):
    """Does at once what is given to a thread: there is one request at a time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Do it; what it raises is the future's."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **named))
        except Exception as error:  # noqa: BLE001 - it is handed on
            future.set_exception(error)
        return future


def _takes_a_thread(sent: Sent) -> bool:
    """Whether the application reads or writes a file for it, which it does in a thread."""
    uploads = sent.headers.get("Content-Type", "").startswith("multipart")
    return uploads or sent.path.endswith("/content")


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


class Session(requests.Session):
    """Gives requests to a function instead of the network.

    What requests does for each of them is left out: cookies, redirects, proxies, a second parse of
    the URL. It takes as long as the answer, and a client asks for none of it.
    """

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        auth: AuthBase,
        data: Any = None,
        **_: Any,
    ) -> requests.Response:
        """Answer one request; what ``handle`` raises reaches the client as the wire's error."""
        assume_started()
        body = _read(data)
        request = requests.PreparedRequest()
        request.method, request.url = method, f"{url}?{_query(**params)}" if params else url
        request.headers = CaseInsensitiveDict()
        auth(request)
        parts = urlsplit(request.url)
        own = {"host": parts.netloc, **headers, **request.headers}
        if data is not None:
            own["Content-Length"] = str(len(body))
        try:
            sent = Sent(method, parts.path, parts.query, own, body)
            answer = self._handle(sent)
        except requests.RequestException as error:
            error.request = request
            raise
        return _Response(answer, request)


class _Response(requests.Response):
    """An answer as requests hands it out, without what a client does not ask for.

    A cookie jar for each takes as long as all the rest of it.
    """

    def __init__(self, answer: Answer, request: requests.PreparedRequest) -> None:
        self.status_code = answer.status
        self.headers = _Headers(answer.headers)  # type: ignore[assignment]
        self.raw = _Raw(answer.body)
        self.request, self.url = request, request.url or ""
        self._content_consumed = False


class _Headers(dict[str, str]):
    """The headers of an answer: their names are in lower case, and asked for in any."""

    def __getitem__(self, name: str) -> str:
        """A header that is there."""
        return super().__getitem__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """A header, or the default."""
        return super().get(name.lower(), default)


class _Raw(io.BytesIO):
    """A body as urllib3 hands it out."""

    def read1(self, size: int | None = -1, *, decode_content: bool = False) -> bytes:
        """The next bytes; nothing is encoded."""
        assert not decode_content
        return super().read1(-1 if size is None else size)

    def release_conn(self) -> None:
        """There is no connection."""


class Routes:
    """The routes of an application, each path looked up once.

    Starlette tries two hundred patterns for each request, behind three layers that turn errors
    into answers. Here an error of the emulator ends the order.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._known: dict[tuple[str, str], tuple[Route, Scope]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = scope["method"], scope["path"]
        found = self._known.get(key) or _matching(self._app.routes, scope)
        if found is None:
            await self._app(scope, receive, send)  # it knows how to refuse
            return
        if len(self._known) < _MOST_PATHS:
            self._known[key] = found
        route, child = found
        scope.update({**child, "app": self._app})
        response = await route.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


def _matching(routes: Sequence[BaseRoute], scope: Scope) -> tuple[Route, Scope] | None:
    """The route of a request, and what its path says."""
    for route in routes:
        match, child = route.matches(scope)
        if match is not Match.FULL:
            continue
        if isinstance(route, Route):
            return route, child
        if isinstance(route, Mount):
            # The first that fits is the one: so does Starlette.
            inner = _matching(route.routes, {**scope, **child})
            return (inner[0], {**child, **inner[1]}) if inner else None
    return None


@lru_cache(maxsize=1_024)
def _query(**params: str) -> str:
    return urlencode(params)


def _read(body: Any) -> bytes:
    chunks = []
    while body is not None and (chunk := body.read(1 << 20)):
        chunks.append(chunk)
    return b"".join(chunks)
