"""An answer that is no HTTP came after the request: it is unknown whether that was carried out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aoai.azure.http.retrying import Timeouts
from aoai.azure.http.transport import Repeat
from aoai.errors import AoaiError, RequestNotSent, ResponseUnknown
from tests.unit.azure.helpers import Rig
from tests.unit.azure.hostile_server import Connection, HostileServer

OK = b"HTTP/1.1 200 OK\r\n"
JSON = b'{"id": "x"}'
MALFORMED = {
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + JSON,
    "a list of lengths": OK + b"Content-Length: 5, 6\r\n\r\n" + JSON,
    "a length that is none": OK + b"Content-Length: many\r\n\r\nmany",
    "a negative length": OK + b"Content-Length: -5\r\n\r\nmany",
    "a length that is too long": OK + b"Content-Length: 500\r\n\r\n" + JSON,
    "a length of a thousand digits": OK + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n" + JSON,
    "a chunk size that is none": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk size": OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
    "a chunk that is cut": OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "chunks without end": OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "an old radio": b"ICY 200 OK\r\n\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "a status that is none": b"HTTP/1.1 OK 200\r\n\r\n",
    "a status too small": b"HTTP/1.1 99 X\r\n\r\n",
    "a status too large": b"HTTP/1.1 1000 X\r\n\r\n",
    "a future version": b"HTTP/9.9 200 OK\r\n\r\n",
    "a header without colon": OK + b"nonsense\r\nContent-Length: 2\r\n\r\n[]",
    "a header of zeros": OK + b"X: \x00\x00\r\nContent-Length: 2\r\n\r\n[]",
    "a line of 70,000 bytes": OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
    "101 headers": OK + b"X: y\r\n" * 101 + b"\r\n",
    "headers that are cut": OK + b"Content-Type: appl",
    "nothing": b"",
    "an empty line": b"\r\n",
    "not UTF-8": OK + b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
    "a number": OK + b"Content-Length: 5\r\n\r\n1e999",
}


@pytest.fixture
def hostile(rig: Rig, tmp_path: Path) -> Iterator[HostileServer]:
    server = HostileServer(tmp_path)
    rig.session.verify = str(server.ca_file)
    yield server
    server.close()


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_post_with_a_malformed_answer_is_unknown_and_sent_once(
    rig: Rig, hostile: HostileServer, kind: str
) -> None:
    hostile.script = lambda connection: connection.send(MALFORMED[kind])
    with pytest.raises(ResponseUnknown, match="not known"):
        rig.transport(hostile.url).request("POST", "/jobs", body={"a": 1}, repeat=Repeat.UNSENT)
    assert len(hostile.connections) == 1


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_get_with_a_malformed_answer_is_asked_again(
    rig: Rig, hostile: HostileServer, kind: str
) -> None:
    answers = iter([MALFORMED[kind], OK + b"Content-Length: 11\r\n\r\n" + JSON])
    hostile.script = lambda connection: connection.send(next(answers))
    assert rig.transport(hostile.url).request("GET", "/jobs").data == {"id": "x"}


def test_a_connection_that_ends_in_the_handshake_sent_nothing(
    rig: Rig, hostile: HostileServer, tmp_path: Path
) -> None:
    rig.session.verify = str(rig.server.ca_file)  # not the authority of the hostile server
    with pytest.raises(RequestNotSent):
        rig.transport(hostile.url, budget=0).request("POST", "/jobs", body={"a": 1})


def test_what_never_left_this_machine_was_not_sent(rig: Rig) -> None:
    transport = rig.transport("https://localhost:1", timeouts=Timeouts(0.5, 0.5, 5), budget=0)
    with pytest.raises(RequestNotSent):
        transport.request("POST", "/jobs", body={"a": 1})


def test_an_answer_before_the_request_is_read_is_taken(rig: Rig, hostile: HostileServer) -> None:
    def hasty(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    hostile.reads = False
    hostile.script = hasty
    with pytest.raises(AoaiError):
        rig.transport(hostile.url, budget=0).request("POST", "/jobs", body={"a": "x" * 100_000})
