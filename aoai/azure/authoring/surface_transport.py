"""One surface of an account's data plane, as requests go to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aoai.azure.http.transport import Transport


@dataclass(frozen=True)
class SurfaceTransport:
    """Where requests go.

    Attributes:
        transport: sends them below the surface's base URL.
        params: the query that each of them has.
    """

    transport: Transport
    params: Mapping[str, str]


class SurfaceChoice(Protocol):
    """Gives the surface that a call goes to; ``aoai.azure.surfaces`` has the rules."""

    def __call__(self, call: str = "", fields: Iterable[str] = (), /) -> SurfaceTransport:
        """The surface.

        Args:
            call: a key of ``aoai.azure.surfaces.CALLS``; empty for a call that all surfaces have.
            fields: the top-level fields of the request.
        """
        ...
