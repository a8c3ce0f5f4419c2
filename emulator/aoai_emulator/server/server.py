"""The HTTPS server: one port on the loopback, in the calling thread or in one of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from aoai_emulator.server.app import build_app
from aoai_emulator.server.certificates import Certificates, certificates
from aoai_emulator.server.connection import Connection
from aoai_emulator.state.backend import Backend, build
from aoai_emulator.state.private import private_folder, write_atomically
from aoai_emulator.state.world import World

_BACKLOG = 256
_NAMES = ("localhost", "127.0.0.1", "::1")


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, with a callback for the moment it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then call back."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Break idle connections at once, give the others a moment, then break them too."""
        await self._abort(lambda connection: connection.idle)
        await super().shutdown(sockets)
        await self._abort(lambda _: True)

    async def _abort(self, chosen: Callable[[Connection], bool]) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection) and chosen(connection):
                connection.transport.abort()
        # The loop closes sockets in its next rounds; it must not end before.
        for _ in range(3):
            await asyncio.sleep(0)


class Server:
    """One emulator's server. ``url`` is known at once; it answers when ``run`` is ready."""

    def __init__(
        self,
        world: World,
        directory: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        names: tuple[str, ...] = (),
        seed: str | None = None,
    ) -> None:
        private_folder(directory)
        self._socket = _bind(host, port) if port else _rebind(host, _last_port(directory))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"https://localhost:{self.port}"
        _keep_port(directory, self.port)
        self.certificates: Certificates = certificates(directory, (*_NAMES, *names))
        self.backend: Backend = build(world, directory, self.url, seed=seed, hosts=frozenset(names))
        self._uvicorn: _Uvicorn | None = None

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until ``stop``."""
        config = uvicorn.Config(
            build_app(self.backend),
            http=Connection,
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
            ssl_context_factory=lambda _config, _default: self.certificates.context,
        )
        self._uvicorn = _Uvicorn(config, ready)
        try:
            self._uvicorn.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.backend.store.close()

    def start(self) -> threading.Thread:
        """Serve in a thread of its own; returns once it answers."""
        ready = threading.Event()
        thread = threading.Thread(target=self.run, args=(ready.set,), name="emulator", daemon=True)
        thread.start()
        if not ready.wait(10):
            raise RuntimeError("the emulator did not start within 10 seconds")
        return thread

    def stop(self) -> None:
        """Ask the server to end."""
        if self._uvicorn:
            self._uvicorn.should_exit = True


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of waiting for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _rebind(host: str, port: int) -> socket.socket:
    try:
        return _bind(host, port)
    except OSError:
        return _bind(host, 0)  # the port of the last run is taken by now: any free one will do


def _last_port(directory: Path) -> int:
    path = directory / "port.json"
    return int(json.loads(path.read_text())["port"]) if path.exists() else 0


def _keep_port(directory: Path, port: int) -> None:
    write_atomically(directory / "port.json", json.dumps({"port": port}))
