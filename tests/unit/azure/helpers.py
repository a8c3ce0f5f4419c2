"""A small HTTPS server that fails as told, and clocks, credentials and accounts to test with."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import trustme
from azure.core.credentials import AccessToken

from aoai.azure.account import Account, Cloud
from aoai.azure.http.authorization import Access
from aoai.azure.http.credentials import TokenSource
from aoai.azure.http.exchange import new_session
from aoai.azure.http.retrying import RetryPolicy, Timeouts
from aoai.azure.http.transport import Transport

TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"
OTHER_TENANT = "bbbbbbbb-0000-4000-8000-00000000000b"
CANARY = "canary-token-that-must-never-show"
ACCOUNT_ID = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral"
)


@dataclass(frozen=True)
class Request:
    """A request as the server got it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server does: an answer, or a way of failing.

    ``fault`` is one of reset, close, stall (until the server ends), truncate (half of the body),
    garbage (bytes that are not HTTP), trickle (a byte each time the client's clock is asked).
    """

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        request = Request(self.command, parts.path, query, dict(self.headers.items()), body)
        if len(body) < length:
            self.server.owner.broken.append(request)
            self.close_connection = True
            return
        self._answer(self.server.owner.take(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def _answer(self, answer: Answer) -> None:
        if answer.fault in {"reset", "close", "garbage", "stall"}:
            self._fail(answer.fault)
            return
        content = answer.content()
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if answer.fault == "truncate":
            content = content[: len(content) // 2]
            self.close_connection = True
        for part in _chunks(content, 1 if answer.fault == "trickle" else 65536):
            self.wfile.write(part)

    def _fail(self, fault: str) -> None:
        self.close_connection = True
        if fault == "stall":
            self.server.owner.released.wait(10)
        if fault == "garbage":
            self.wfile.write(b"\x00\x01 not http at all\r\n\r\n")
        if fault == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _chunks(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: FaultServer
    context: ssl.SSLContext

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        wrapped = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken connections are what this server is for."""


class FaultServer:
    """Answers from ``plan`` first, then by ``route``; remembers what it got."""

    def __init__(
        self, directory: Path, host: str = "localhost", not_after: datetime | None = None
    ) -> None:
        authority = trustme.CA()
        self.ca_file = directory / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host, not_after=not_after).configure_cert(context)
        self.plan: list[Answer] = []
        self.route: Callable[[Request], Answer] = lambda _request: Answer(404)
        self.requests: list[Request] = []
        self.broken: list[Request] = []
        self.released = threading.Event()
        self._guard = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._server.context = context
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def take(self, request: Request) -> Answer:
        with self._guard:
            self.requests.append(request)
            return self.plan.pop(0) if self.plan else self.route(request)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class FakeTime:
    """A clock that moves only when somebody sleeps, and remembers the sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.sleeps.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now

    def retry_policy(self, **changes: Any) -> RetryPolicy:
        # An answer may take longer than what other threads of a test sleep meanwhile.
        quick = Timeouts(connect=2.0, read=2.0, answer=3600.0)
        settings: dict[str, Any] = {
            "sleep": self.sleep,
            "clock": self.clock,
            "random": lambda: 0.5,
            "budget": 60.0,
            "timeouts": quick,
        }
        return RetryPolicy(**(settings | changes))


class FakeCredential:
    """Gives out ``canary…-<tenant's first letter>-<number>``; remembers what was asked."""

    def __init__(self, lifetime: float = 3600.0, now: Callable[[], float] = lambda: 0.0) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self._lifetime = lifetime
        self._now = now

    def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
        self.asked.append((scopes[0], tenant_id))
        token = f"{CANARY}-{(tenant_id or '?')[0]}-{len(self.asked)}"
        return AccessToken(token, int(self._now() + self._lifetime))


def token_source(credential: FakeCredential, clock: Callable[[], float]) -> TokenSource:
    return TokenSource(build=lambda _authority: credential, clock=clock, wall_clock=lambda: 0.0)


@dataclass
class Rig:
    """A transport to a fault server, with everything around it in hand."""

    server: FaultServer
    time: FakeTime
    credential: FakeCredential
    session: requests.Session

    def transport(
        self,
        base_url: str | None = None,
        *,
        auxiliary: bool = False,
        after_write: Callable[[], None] | None = None,
        **changes: Any,
    ) -> Transport:
        access = Access(
            token_source(self.credential, self.time.clock),
            TENANT,
            Cloud.PUBLIC.arm_scope,
            auxiliary=auxiliary,
        )
        return Transport(
            base_url or self.server.url,
            access,
            session=self.session,
            retry_policy=self.time.retry_policy(**changes),
            label="account contoso-swedencentral (swedencentral)",
            after_write=after_write,
        )

    def account(self) -> Account:
        cloud = Cloud(self.server.url, f"{self.server.url}/entra")
        return Account(ACCOUNT_ID, f"{self.server.url}/contoso", TENANT, "swedencentral", cloud)


def trusting_session(server: FaultServer) -> requests.Session:
    session = new_session()
    session.verify = str(server.ca_file)
    return session
