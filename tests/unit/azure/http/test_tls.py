"""The way to the service: proxies are honoured, and TLS is verified without exception."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aoai.errors import ForwardRefused, RequestNotSent
from tests.unit.azure.helpers import CANARY, Answer, FaultServer, Rig


class RefusingProxy:
    """Takes one CONNECT, remembers it, and refuses it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(5)
        self.got = b""
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://someone:proxy-secret@127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(5)
            while b"\r\n\r\n" not in self.got:
                self.got += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self.thread.join()
        self.listener.close()


@pytest.fixture
def proxy() -> Iterator[RefusingProxy]:
    proxy = RefusingProxy()
    yield proxy
    proxy.close()


def test_the_environments_proxy_is_used_and_sees_no_token(
    rig: Rig, proxy: RefusingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(RequestNotSent, match="proxy of HTTPS_PROXY, which answered 502") as caught:
        rig.transport(budget=0).request("POST", "/x", body={"a": 1})
    assert proxy.got.startswith(f"CONNECT localhost:{rig.server.port} ".encode())
    assert CANARY.encode() not in proxy.got
    assert "proxy-secret" not in str(caught.value)
    assert rig.server.requests == []


def test_an_expired_certificate_is_refused(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    old = FaultServer(tmp_path / "old", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    try:
        rig.session.verify = str(old.ca_file)
        with pytest.raises(RequestNotSent, match="not trusted"):
            rig.transport(old.url).request("GET", "/x")
        assert old.requests == []
    finally:
        old.close()


def test_plain_http_is_never_spoken(rig: Rig) -> None:
    rig.server.plan = [Answer(body={})]
    with pytest.raises(ForwardRefused):
        rig.transport(f"http://localhost:{rig.server.port}").request("GET", "/x")
    assert rig.server.requests == []
