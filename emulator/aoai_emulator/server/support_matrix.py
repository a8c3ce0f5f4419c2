"""Everything that the emulator offers: one row a call, with the versions that have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aoai_emulator.arm.dispatch import ArmOperation
from aoai_emulator.calls.dispatch import Operation
from aoai_emulator.calls.versions import since
from aoai_emulator.entra.managed_identity import APP_SERVICE, IMDS
from aoai_emulator.server.data_plane import DATA_TABLE
from aoai_emulator.server.resource_manager import ARM_TABLE

V1: Final = ("v1",)
_ANY: Final = ("any",)


@dataclass(frozen=True)
class Offered:
    """A call on one surface. ``versions`` are those of the surface that have it."""

    surface: str
    operation: str
    method: str
    path: str
    versions: tuple[str, ...]


PLAIN: Final = (
    Offered("Entra", "entra.configuration", "GET", "/{tenant}/v2.0/.well-known/…", _ANY),
    Offered("Entra", "entra.token", "POST", "/{tenant}/oauth2/v2.0/token", _ANY),
    Offered("Entra", "entra.imds", "GET", IMDS, ("2018-02-01",)),
    Offered("Entra", "entra.appService", "GET", APP_SERVICE, ("2019-08-01",)),
    Offered("Storage", "storage.put", "PUT", "/storage/{container}/{blob}", _ANY),
    Offered("Storage", "storage.get", "GET", "/storage/{container}/{blob}", _ANY),
    Offered("Cloud", "metadata.endpoints", "GET", "/metadata/endpoints", ("2022-09-01",)),
)


def offered() -> list[Offered]:
    """All calls of all surfaces."""
    return [
        *(row for operation in DATA_TABLE for row in _data(operation)),
        *(_arm(operation) for operation in ARM_TABLE),
        *PLAIN,
    ]


def _data(operation: Operation) -> Iterator[Offered]:
    name, method, path = operation.name, operation.method, operation.path
    if operation.classic:
        known = since(operation.classic)
        yield Offered("Data plane, classic", name, method, f"/openai{path}", known)
    if operation.v1:
        yield Offered("Data plane, v1", name, method, f"/openai/v1{path}", V1)


def _arm(operation: ArmOperation) -> Offered:
    surface = "Monitor" if operation.monitor else "Resource Manager"
    known = tuple(version for version in operation.versions if version >= operation.since)
    return Offered(surface, operation.name, operation.method, operation.path, known or _ANY)
