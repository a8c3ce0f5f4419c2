"""A site's REST API on this machine, strict to its documentation: what it does not name is refused.

Each site keeps what was posted; a test looks at it, and at the requests that came in.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit


class Refused(Exception):
    """An answer from 400 on."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


@dataclass
class Call:
    """One request, as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: Any

    def only(self, *names: str) -> Any:
        """The body, in which no other keys may be."""
        if not isinstance(self.body, dict) or not self.headers.get("Content-Type", "").startswith(
            "application/json"
        ):
            raise Refused(400, "Problems parsing JSON")
        if unknown := self.body.keys() - set(names):
            raise Refused(422, f"unknown: {sorted(unknown)}")
        return self.body

    def asks(self, *names: str) -> None:
        """Refuse a query with other parameters."""
        if unknown := self.query.keys() - set(names):
            raise Refused(400, f"unknown parameters: {sorted(unknown)}")


@dataclass
class Answer:
    """What a route answers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Route = Callable[..., Answer]


class Site:
    """Routes by method and pattern, served on a port of the loopback."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.failures: list[Refused] = []
        """Answers for the next requests, instead of what they ask for."""
        self.url = ""
        self.next_page = ""
        """Where the next page is, if not where it is."""
        self._routes: list[tuple[str, re.Pattern[str], Route]] = []

    def route(self, method: str, pattern: str, answer: Route) -> None:
        self._routes.append((method, re.compile(pattern), answer))

    def answer(self, call: Call) -> Answer:
        self.calls.append(call)
        if self.failures:
            raise self.failures.pop(0)
        self.allow(call)
        for method, pattern, route in self._routes:
            if method == call.method and (found := pattern.fullmatch(call.path)):
                return route(call, *map(unquote, found.groups()))
        raise Refused(404, "Not Found")

    def allow(self, call: Call) -> None:
        """Refuse a request without the right headers."""

    def writes(self) -> list[Call]:
        return [call for call in self.calls if call.method != "GET"]

    def paged(self, call: Call, entries: list[Any], default: int) -> Answer:
        """One page of a list, with the Link header that leads on."""
        size = min(int(call.query.get("per_page", default)), 100)
        page = int(call.query.get("page", 1))
        part = entries[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(entries):
            query = urlencode({**call.query, "page": page + 1})
            following = self.next_page or f"{self.url}{call.path}?{query}"
            headers["Link"] = f'<{following}>; rel="next"'
        return Answer(200, part, headers)

    @contextmanager
    def serve(self) -> Iterator[Self]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            parts = urlsplit(self.path)
            call = Call(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                self.headers,
                json.loads(raw) if raw else None,
            )
            try:
                answer = site.answer(call)
            except Refused as refused:
                answer = Answer(refused.status, {"message": str(refused)}, refused.headers)
            content = b"" if answer.body is None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _do  # noqa: N815

    return Handler
