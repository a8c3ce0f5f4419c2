"""What a provider process needs to know of the engine that started it.

The engine starts the process as ``python -m pulumi.dynamic HOST:PORT`` and talks to it over gRPC.
When the engine is killed the process lives on, finishes what it was doing and would still send a
billed request that no state will ever record. So it asks before it sends such a request, and it
ends itself once the engine is gone and nothing is under way any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from aoai.errors import AoaiError

_ADDRESS = re.compile(r"^(127\.0\.0\.1|\[::1\]|localhost):(\d+)$")


WATCH_INTERVAL = 5.0
"""Seconds between two looks whether the engine is still there."""

_LOOKS = 2  # refused in a row: a process that serves must not end for one refusal under load


class EngineGone(AoaiError):
    """The engine that asked for this work is not running any more."""


def engine_address() -> tuple[str, int] | None:
    """Where the engine listens, or None outside a provider process (in a program, in a test)."""
    if not is_provider_process():
        return None
    match = _ADDRESS.match(sys.argv[-1])
    return (match[1].strip("[]"), int(match[2])) if match else None


def ensure_engine_is_alive() -> None:
    """Stop before a request that costs money if nobody is left to record what it makes.

    Raises:
        EngineGone: the engine's port refuses connections.
    """
    address = engine_address()
    if address is not None and not _listens(address):
        raise EngineGone(
            "the Pulumi engine has ended, so nothing is sent; run `pulumi cancel` and `pulumi up`"
        )


def _listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=2).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # slow or out of sockets is not gone: only a refusal proves that nobody listens
    return True


_under_way: set[int] = set()


@contextlib.contextmanager
def under_way() -> Iterator[None]:
    """Keep the process alive while this thread does something for the engine."""
    _under_way.add(threading.get_ident())
    try:
        yield
    finally:
        _under_way.discard(threading.get_ident())


def end_with_engine() -> None:
    """In a provider process, end once the engine has: nobody else would end it."""
    address = engine_address()
    if address is not None:
        threading.Thread(target=_watch, args=(address,), daemon=True).start()


def _watch(address: tuple[str, int]) -> None:
    gone = 0
    while gone < _LOOKS:
        time.sleep(WATCH_INTERVAL)
        gone = 0 if _under_way or _listens(address) else gone + 1
    os._exit(0)


def show_errors_without_traceback() -> None:
    """Let the engine show an exception's text alone: it is written for the user."""
    if is_provider_process():
        sys.tracebacklimit = 0


def is_provider_process() -> bool:
    """Whether the engine has started this process for its dynamic resources."""
    return Path(sys.argv[0]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")
