"""No answer, whatever its status, holds a thread or fills the memory: not even a hostile one."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aoai.azure.http.bounded import ANSWER_LIMIT, SLOWEST
from aoai.azure.http.json_body import VALUES_LIMIT
from aoai.azure.http.retrying import Timeouts
from aoai.azure.http.transport import Repeat
from aoai.errors import AoaiError, ForwardRefused, InvalidRequest, ResponseUnknown
from tests.unit.azure.helpers import Answer, Rig
from tests.unit.azure.hostile_server import Connection, HostileServer

REDIRECTS = [300, 301, 302, 303, 304, 305, 307, 308, 399]
MIB = 1024 * 1024
WHOLE = 40 * MIB  # more than the client may ever read of one answer


@pytest.fixture
def hostile(rig: Rig, tmp_path: Path) -> Iterator[HostileServer]:
    server = HostileServer(tmp_path)
    rig.session.verify = str(server.ca_file)
    yield server
    server.close()


@pytest.fixture(scope="session")
def bomb() -> bytes:
    """64 MiB of blanks in 64 KiB."""
    return gzip.compress(b" " * (64 * MIB), 9)


@pytest.fixture
def peak() -> Iterator[Callable[[], float]]:
    """The most memory that the test has held, in MiB."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] / MIB
    tracemalloc.stop()


def post(rig: Rig, url: str, **changes: Any) -> AoaiError:
    """What becomes of one attempt, with a clock that moves a second at each look."""

    def clock() -> float:
        rig.time.now += 1
        return rig.time.now

    settings: dict[str, Any] = {"clock": clock, "timeouts": Timeouts(2, 2, answer=60), "budget": 0}
    transport = rig.transport(url, **(settings | changes))
    with pytest.raises(AoaiError) as caught:
        transport.request("POST", "/thing", body={"a": 1}, repeat=Repeat.UNSENT)
    return caught.value


def head(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} X", *headers, "", ""]).encode()


@pytest.mark.parametrize("status", REDIRECTS)
def test_the_body_of_a_redirect_is_not_read_without_limit(
    rig: Rig, hostile: HostileServer, status: int
) -> None:
    def endless(connection: Connection) -> None:
        connection.send(head(status, "Location: https://localhost:1/x"))
        connection.for_ever(b"x" * 65536)

    hostile.script = endless
    assert isinstance(post(rig, hostile.url), ForwardRefused | ResponseUnknown)
    assert hostile.connections[0].sent < WHOLE


@pytest.mark.parametrize("status", [200, 201, 302, 307, 400, 409, 500, 599, 999])
def test_a_compressed_body_unfolds_to_no_more_than_the_limit(
    rig: Rig, status: int, bomb: bytes, peak: Callable[[], float]
) -> None:
    rig.server.plan = [Answer(status, bomb, {"Content-Encoding": "gzip", "Location": "/x"})]
    post(rig, rig.server.url)
    assert peak() < 50  # twice the limit: as read, and as bytes


def test_a_gzipped_answer_within_the_limit_is_read(rig: Rig) -> None:
    body = gzip.compress(b'{"id": "x"}')
    rig.server.plan = [Answer(200, body, {"Content-Encoding": "gzip"})]
    assert rig.transport().request("GET", "/thing").data == {"id": "x"}


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b'{"id": "x"}', mtime=0)[:-9]),
        ("gzip", b"no gzip at all"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
        ("deflate", zlib.compress(b"{}")),
        ("br", b"{}"),
    ],
    ids=["cut", "none", "twice", "deflate", "brotli"],
)
def test_an_answer_in_a_broken_or_unasked_encoding_is_unknown(
    rig: Rig, encoding: str, body: bytes
) -> None:
    rig.server.plan = [Answer(200, body, {"Content-Encoding": encoding})]
    assert isinstance(post(rig, rig.server.url), ResponseUnknown)


@pytest.mark.parametrize(
    "location",
    [
        "https://localhost:99999/x",
        "https://[::1/x",
        "https://localhost:x/",
        "http://\u00e9:1/",
        "?",
    ],
)
@pytest.mark.parametrize("status", [302, 308])
def test_a_redirect_to_an_address_that_is_none_is_an_error_of_ours(
    rig: Rig, status: int, location: str
) -> None:
    rig.server.plan = [Answer(status, headers={"Location": location})]
    with pytest.raises(ForwardRefused, match="redirect"):
        rig.transport().request("GET", "/thing")


TRICKLES = {
    "status line": (b"", b"HTTP/1.1 200 " + b"O" * 500),
    "header": (b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"x" * 500),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    "body": (head(200, "Content-Length: 1000"), b"x" * 500),
    "body without length": (head(200), b"x" * 500),
    "redirect": (head(302, "Content-Length: 1000"), b"x" * 500),
    "chunk size": (head(200, "Transfer-Encoding: chunked"), b"1;" + b"x" * 500),
    "chunks": (head(200, "Transfer-Encoding: chunked"), b"1\r\nx\r\n" * 100),
    "trailer": (head(200, "Transfer-Encoding: chunked") + b"0\r\n", b"X: y\r\n" * 100),
}


@pytest.mark.parametrize("where", TRICKLES)
def test_an_answer_that_trickles_anywhere_ends_at_its_deadline(
    rig: Rig, hostile: HostileServer, where: str
) -> None:
    at_once, slowly = TRICKLES[where]

    def script(connection: Connection) -> None:
        connection.send(at_once)
        connection.trickle(slowly)
        connection.sock.recv(1)  # and then no more, until the client hangs up

    hostile.script = script
    assert "too slowly" in str(post(rig, hostile.url))


def test_a_refusal_whose_words_trickle_is_known_at_its_deadline(
    rig: Rig, hostile: HostileServer
) -> None:
    def script(connection: Connection) -> None:
        connection.send(head(400, "Content-Length: 1000"))
        connection.trickle(b"x" * 500)
        connection.sock.recv(1)

    hostile.script = script
    assert isinstance(post(rig, hostile.url), InvalidRequest)


ENDLESS = {
    "status line": (b"HTTP/1.1 200 ", b"O" * 4096),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4096),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"x" * 4000 + b"\r\n"),
    "short headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 4000 + b"\r\n\r\n"),
    "body": (head(200), b"x" * 65536),
    "chunk size": (head(200, "Transfer-Encoding: chunked"), b"1;" + b"x" * 4000 + b"\r\nx\r\n"),
    "trailers": (
        head(200, "Transfer-Encoding: chunked") + b"0\r\n",
        b"X: " + b"y" * 4000 + b"\r\n",
    ),
    "refusal": (head(500), b"x" * 65536),
}


@pytest.mark.parametrize("where", ENDLESS)
def test_an_answer_without_end_is_given_up_after_bounded_bytes(
    rig: Rig, hostile: HostileServer, where: str
) -> None:
    start, more = ENDLESS[where]

    def script(connection: Connection) -> None:
        connection.send(start)
        connection.for_ever(more)

    hostile.script = script
    error = post(rig, hostile.url, clock=rig.time.clock)
    assert isinstance(error, ResponseUnknown)
    assert hostile.connections[0].sent < WHOLE


def test_an_answer_exactly_at_the_limit_is_read(rig: Rig) -> None:
    rig.server.plan = [Answer(body=b'{"id":"' + b"x" * (ANSWER_LIMIT - 9) + b'"}')]
    assert len(rig.transport().request("GET", "/x").data["id"]) == ANSWER_LIMIT - 9


class _Filler:
    """A body that is large enough to fill every buffer on the way."""

    content_type = "application/octet-stream"
    secrets: tuple[str, ...] = ()

    def __init__(self, size: int) -> None:
        self._size = self._left = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read():
            yield block

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - as large as it likes
        block = b"x" * min(self._left, MIB)
        self._left -= len(block)
        return block

    def rewind(self) -> None:
        self._left = self._size

    @property
    def started(self) -> bool:
        return self._left < self._size


def test_a_body_that_is_taken_too_slowly_is_given_up(rig: Rig, hostile: HostileServer) -> None:
    def sip(connection: Connection) -> None:
        while connection.sock.recv(100):
            pass

    def clock() -> float:
        rig.time.now += 3600
        return rig.time.now

    hostile.script = sip
    size = 2 * MIB
    transport = rig.transport(hostile.url, clock=clock, budget=0)
    assert size / SLOWEST < 3600
    with pytest.raises(ResponseUnknown, match="taken too slowly"):
        transport.request("POST", "/parts", body=_Filler(size), repeat=Repeat.UNSENT)


def test_a_body_that_is_not_taken_at_all_ends_at_the_read_timeout(
    rig: Rig, hostile: HostileServer
) -> None:
    def script(_connection: Connection) -> None:
        rig.server.released.wait(10)

    hostile.script = script
    transport = rig.transport(hostile.url, budget=0, timeouts=Timeouts(0.5, 0.2, 60))
    with pytest.raises(ResponseUnknown):
        transport.request("POST", "/parts", body=_Filler(16 * MIB), repeat=Repeat.UNSENT)
    rig.server.released.set()


def test_a_shortened_timeout_does_not_stay_on_a_kept_connection(rig: Rig) -> None:
    ticks = iter([0.0] * 2 + [59.999] * 4 + [100.0] * 50)
    rig.server.route = lambda _request: Answer(body={"id": "x"})
    transport = rig.transport(clock=lambda: next(ticks), timeouts=Timeouts(2, 2, answer=60))
    for _ in range(3):
        assert transport.request("GET", "/x").data == {"id": "x"}


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"{}," * (VALUES_LIMIT // 2 + 1) + b"{}]",
        b"[" + b"[]," * (VALUES_LIMIT // 2 + 1) + b"[]]",
        b'{"a":[' + b"1," * (VALUES_LIMIT + 1) + b"1]}",
        ("[" + "{}," * (VALUES_LIMIT // 2 + 1) + "{}]").encode("utf-16"),
    ],
    ids=["objects", "lists", "numbers", "utf-16"],
)
@pytest.mark.parametrize("status", [200, 400, 503])
def test_millions_of_tiny_values_are_not_made(
    rig: Rig, body: bytes, status: int, peak: Callable[[], float]
) -> None:
    rig.server.plan = [Answer(status, body)]
    assert isinstance(post(rig, rig.server.url), AoaiError)
    assert peak() < 40


def test_an_answer_of_too_many_values_is_not_asked_for_again(rig: Rig) -> None:
    rig.server.plan = [Answer(body=b"[" + b"{}," * (VALUES_LIMIT // 2 + 1) + b"{}]")]
    with pytest.raises(ResponseUnknown, match="million JSON values"):
        rig.transport().request("GET", "/thing")
    assert len(rig.server.requests) == 1
