"""One surface of an account's data plane, as requests go to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aoai.azure.http.transport import Transport


@dataclass(frozen=True)
class Way:
    """Where requests go.

    Attributes:
        transport: what they go through.
        params: the query that each of them has.
    """

    transport: Transport
    params: Mapping[str, str]
