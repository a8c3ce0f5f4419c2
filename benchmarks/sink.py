"""A server to upload to: HTTPS on the loopback, reads everything, keeps nothing.

It answers as an account's data plane does, as far as uploads need it. With a limit, each connection
is slowed down to so many bytes in a second, as storage services do it.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import trustme

_BUFFER = 256 * 1024
_FILE: dict[str, object] = {
    "id": "file-1",
    "status": "processed",
    "purpose": "fine-tune",
    "filename": "train.jsonl",
}


@contextmanager
def sink(directory: Path) -> Iterator[str]:
    """Run a server in a process of its own; its URL. ``directory/ca.pem`` is its authority.

    The path of a URL may begin with a limit: ``https://localhost:PORT/40000000`` takes 40 MB/s from
    each connection.
    """
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(directory, theirs), daemon=True)
    process.start()
    try:
        yield f"https://localhost:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(directory: Path, ready: Connection) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer_all, args=(context, connection), daemon=True).start()


def _answer_all(context: ssl.SSLContext, plain: socket.socket) -> None:
    with context.wrap_socket(plain, server_side=True) as connection:
        buffer = memoryview(bytearray(_BUFFER))
        while head := _read_head(connection, buffer):
            lines, _, begun = head.partition(b"\r\n\r\n")
            method, path, _ = lines.split(b"\r\n")[0].decode().split(" ")
            start = time.monotonic()
            left = _length(lines) - len(begun)
            _drain(connection, buffer, left, _limit(path), start)
            body = json.dumps(_answer(method, path)).encode()
            length = f"Content-Length: {len(body)}\r\n\r\n".encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + body)


def _read_head(connection: ssl.SSLSocket, buffer: memoryview) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        count = connection.recv_into(buffer)
        if not count:
            return b""
        head += bytes(buffer[:count])
    return head


def _drain(
    connection: ssl.SSLSocket, buffer: memoryview, left: int, limit: int, start: float
) -> None:
    taken = 0
    while left > 0:
        count = connection.recv_into(buffer[:left])
        left -= count
        taken += count
        if limit:
            # Late bytes are waited for, early ones held back: the mean stays at the limit.
            time.sleep(max(0.0, start + taken / limit - time.monotonic()))


def _length(lines: bytes) -> int:
    for line in lines.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _limit(path: str) -> int:
    first = path.split("/")[1]
    return int(first) if first.isdigit() else 0


def _answer(method: str, path: str) -> dict[str, object]:
    what = path.partition("?")[0].rsplit("/", 1)[-1]
    if method == "GET":
        return {"object": "list", "data": []}
    if what == "complete":
        return {"id": "upload-1", "status": "completed", "file": _FILE}
    return _FILE if what == "files" else {"id": f"{what}-1", "status": "pending"}
