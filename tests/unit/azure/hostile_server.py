"""A TLS server that speaks raw bytes: whatever a server, or somebody in its place, may send."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import trustme

Script = Callable[["Connection"], None]


class Connection:
    """One connection, after its request was read; ``sent`` counts what the client let through."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self.sock = sock
        self.sent = 0

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)
        self.sent += len(data)

    def trickle(self, data: bytes) -> None:
        """Byte by byte, each in a record of its own."""
        for byte in data:
            self.send(bytes([byte]))

    def for_ever(self, data: bytes) -> None:
        """Until the client hangs up."""
        while True:
            self.send(data)


class HostileServer:
    """Runs a script on each connection. A script ends by itself or when the client hangs up.

    Attributes:
        script: what to do once a request came.
        reads: whether the request is read first, to the end of its headers.
        connections: those that came.
    """

    def __init__(self, directory: Path) -> None:
        authority = trustme.CA()
        self.ca_file = directory / "hostile.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self.script: Script = lambda _connection: None
        self.reads = True
        self.connections: list[Connection] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(raw,)))
            self._threads[-1].start()

    def _serve(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError), self._context.wrap_socket(raw, server_side=True) as sock:
            connection = Connection(sock)
            self.connections.append(connection)
            seen = b""
            while self.reads and b"\r\n\r\n" not in seen:
                seen += sock.recv(65536)
            self.script(connection)
