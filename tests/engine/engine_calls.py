"""The calls of an engine to its provider process, as the engine's own log has them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

VARIABLE = "PULUMI_DEBUG_GRPC"
"""Names the file that the engine writes the log to."""

_SERVICE = "/pulumirpc.ResourceProvider/"


class Call(NamedTuple):
    """A call that has been answered.

    Attributes:
        method: such as ``Check``.
        ended: seconds since 1970.
        seconds: from the request to the answer, with the wait for a free worker.
        urn: of the resource, where the request names it.
    """

    method: str
    ended: float
    seconds: float
    urn: str

    @property
    def started(self) -> float:
        """Seconds since 1970."""
        return self.ended - self.seconds


def calls(log: Path, *methods: str) -> list[Call]:
    """The answered calls of these methods for our resources, in the order of their answers."""
    found = (_call(json.loads(line)) for line in log.read_text().splitlines())
    return [call for call in found if call and call.method in methods]


def _call(entry: dict[str, object]) -> Call | None:
    service, _, method = str(entry["method"]).rpartition("/")
    request = entry.get("request")
    urn = str(request.get("urn", "")) if isinstance(request, dict) else ""
    done = entry.get("progress") == "response_completed"
    if not (done and f"{service}/" == _SERVICE and ":dynamic/" in urn):
        return None
    ended = datetime.fromisoformat(f"{str(entry['timestamp'])[:26].rstrip('Z')}+00:00")
    return Call(method, ended.timestamp(), int(str(entry["duration"])) / 1e9, urn)
