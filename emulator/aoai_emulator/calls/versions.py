"""The api-versions of the data plane's surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aoai_emulator.state.errors import Refused, Surface, not_found

CLASSIC: Final = (
    "2022-12-01",
    "2023-03-15-preview",
    "2023-05-15",
    "2023-06-01-preview",
    "2023-07-01-preview",
    "2023-08-01-preview",
    "2023-09-01-preview",
    "2023-10-01-preview",
    "2023-12-01-preview",
    "2024-02-01",
    "2024-02-15-preview",
    "2024-03-01-preview",
    "2024-04-01-preview",
    "2024-04-15-preview",
    "2024-05-01-preview",
    "2024-06-01",
    "2024-07-01-preview",
    "2024-08-01-preview",
    "2024-09-01-preview",
    "2024-10-01-preview",
    "2024-10-21",
    "2024-11-01-preview",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-02-01-preview",
    "2025-03-01-preview",
    "2025-04-01-preview",
    "2025-04-28",
)
"""As the header ``api-supported-versions`` of December 2025 lists them."""
PROJECT: Final = ("2025-05-15-preview", "2025-11-15-preview")
"""What a Foundry project takes besides; its header lists these for responses alone."""
V1: Final = ("v1", "preview")
JOBS_SINCE: Final = "2023-10-01-preview"
"""The first listed version after 2023-09-15-preview, which brought ``/fine_tuning/jobs``."""
_PLACES: Final = {version: place for place, version in enumerate(CLASSIC)}


def since(version: str) -> tuple[str, ...]:
    """The classic versions from one on."""
    return CLASSIC[_PLACES[version] :]


def version_of(surface: Surface, first: str | None, query: Mapping[str, str]) -> str:
    """The api-version of a request.

    Args:
        surface: where the request arrived.
        first: the first classic version with the call; None if none has it.
        query: the request's parameters.

    Raises:
        Refused: the surface has no such version, or the version does not have the call.
    """
    given = query.get("api-version")
    if surface == "v1":
        if given not in (None, *V1):
            text = f"API version {given!r} is not supported on v1."
            raise Refused(400, "UnsupportedApiVersion", text)
        return given or "v1"
    if surface == "project" and given in (*PROJECT, "1", "v1"):
        return str(given) if given in PROJECT else PROJECT[-1]
    place = _PLACES.get(str(given), -1)
    if first is None or place < _PLACES[first]:
        raise not_found()
    return str(given)


def supported(surface: Surface, service: str) -> str:
    """The value of the header ``api-supported-versions``."""
    if surface != "project":
        return ",".join(CLASSIC)
    return ",".join(PROJECT if service == "inference" else (*CLASSIC, "1"))
