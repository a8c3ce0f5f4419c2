"""What a provider process needs to know of the engine that started it.

The engine starts the process as ``python -m pulumi.dynamic HOST:PORT`` and talks to it over gRPC.
When the engine is killed the process lives on, finishes what it was doing and would still send a
billed request that no state will ever record.
"""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path

from aoai.errors import AoaiError

_ADDRESS = re.compile(r"^(127\.0\.0\.1|\[::1\]|localhost):(\d+)$")


class EngineGone(AoaiError):
    """The engine that asked for this work is not running any more."""


def engine_address() -> tuple[str, int] | None:
    """Where the engine listens, or None outside a provider process (in a program, in a test)."""
    if not _is_provider_process():
        return None
    match = _ADDRESS.match(sys.argv[-1])
    return (match[1].strip("[]"), int(match[2])) if match else None


def ensure_engine_is_alive() -> None:
    """Stop before a request that costs money if nobody is left to record what it makes.

    Raises:
        EngineGone: the engine's port refuses connections.
    """
    address = engine_address()
    if address is None:
        return
    try:
        socket.create_connection(address, timeout=2).close()
    except ConnectionRefusedError:
        raise EngineGone(
            "the Pulumi engine has ended, so nothing is sent; run `pulumi cancel` and `pulumi up`"
        ) from None
    except OSError:
        return  # slow or out of sockets is not gone: only a refusal proves that nobody listens


def show_errors_without_traceback() -> None:
    """Let the engine show an exception's text alone: it is written for the user."""
    if _is_provider_process():
        sys.tracebacklimit = 0


def _is_provider_process() -> bool:
    return Path(sys.argv[0]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")
