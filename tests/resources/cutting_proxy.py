"""A wire that is cut: passes TLS on to the emulator, and resets connections in mid-request."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


class CuttingProxy:
    """Listens on the loopback; cuts the next connections once so many bytes have gone up.

    Attributes:
        cuts: after how many bytes each of the next connections is reset; then none is.
        passed: what has gone up each connection that was cut.
    """

    def __init__(self, url: str, cuts: list[int]) -> None:
        self.cuts = cuts
        self.passed: list[int] = []
        self._target = ("127.0.0.1", urlsplit(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._open += [client, server]
                self._start(client, server, self.cuts.pop(0) if self.cuts else None)

    def _start(self, client: socket.socket, server: socket.socket, cut: int | None) -> None:
        for source, sink, limit in ((client, server, cut), (server, client, None)):
            thread = threading.Thread(target=self._pass_on, args=(source, sink, limit))
            thread.start()
            self._threads.append(thread)

    def _pass_on(self, source: socket.socket, sink: socket.socket, cut: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                sink.sendall(data)
                passed += len(data)
                if cut is not None and passed >= cut:
                    self.passed.append(passed)
                    self._reset(source)
                    break
            sink.shutdown(socket.SHUT_WR)

    def _reset(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
        connection.close()


@contextlib.contextmanager
def cutting(url: str, cuts: list[int]) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(url, cuts)
    try:
        yield proxy
    finally:
        proxy.close()
