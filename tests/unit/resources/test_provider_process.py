"""Whether the engine that asked for the work is still there to record it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pulumi.dynamic
import pytest

from aoai.resources.provider_process import EngineGone, engine_address, ensure_engine_is_alive

PROCESS = str(Path(pulumi.dynamic.__file__).with_name("__main__.py"))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def started_by(server: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look like a provider process that this server started."""
    port = server.getsockname()[1]
    monkeypatch.setattr(sys, "argv", [PROCESS, f"127.0.0.1:{port}"])


def test_outside_a_provider_process_there_is_no_engine() -> None:
    assert engine_address() is None
    ensure_engine_is_alive()


def test_an_engine_that_listens_is_alive(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_by(listener, monkeypatch)
    assert engine_address() == listener.getsockname()
    ensure_engine_is_alive()


def test_an_engine_that_refuses_connections_is_gone(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_by(listener, monkeypatch)
    listener.close()
    with pytest.raises(EngineGone, match="nothing is sent"):
        ensure_engine_is_alive()


def test_an_address_of_another_form_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [PROCESS, "example.com:443"])
    assert engine_address() is None
