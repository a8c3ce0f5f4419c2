"""The resources of an exported stack: what ``pulumi stack export`` writes.

Two views of them are read, as the engine shows them to policies: the inputs of each resource, and
the state as it was stored last. A secret that is encrypted in the export is UNKNOWN.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aoai_policies.facts import Resource, is_relevant
from aoai_policies.values import UNKNOWN

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark in Pulumi's format


class ExportError(ValueError):
    """The text is not the export of a stack."""


@dataclass(frozen=True)
class Export:
    """An exported stack.

    Attributes:
        inputs: the resources that the stack owns, each with its inputs.
        state: all resources, those that are only read among them, as they were stored last.
    """

    inputs: tuple[Resource, ...]
    state: tuple[Resource, ...]


def read_export(text: str) -> Export:
    """Read an export.

    Raises:
        ExportError: it is no JSON, or not the export of a stack.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExportError(f"it is no JSON ({type(error).__name__})") from None
    rows = _rows(document)
    # A resource that waits for its deletion after a replacement has the URN of its successor.
    entries = [row for row in rows if isinstance(row, Mapping) and not row.get("delete")]
    entries = [row for row in entries if all(isinstance(row.get(k), str) for k in ("urn", "type"))]
    return Export(
        inputs=tuple(_resources((e for e in entries if not e.get("external")), "inputs")),
        state=tuple(_resources(entries, "outputs")),
    )


def _rows(document: object) -> list[object]:
    if not isinstance(document, Mapping):
        raise ExportError("it is no object")
    deployment = document.get("deployment")
    if not isinstance(deployment, Mapping):
        raise ExportError('it has no "deployment"; write it with `pulumi stack export`')
    rows = deployment.get("resources", [])
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise ExportError('"deployment.resources" is no list')
    return rows


def _resources(entries: Iterable[Mapping[str, object]], view: str) -> Iterator[Resource]:
    for entry in entries:
        kind, urn = str(entry["type"]), str(entry["urn"])
        relevant = is_relevant(kind)
        parent = entry.get("parent")
        yield Resource(
            type=kind,
            urn=urn,
            name=urn.rpartition("::")[2],
            properties=_properties(entry, view) if relevant else {},
            depends_on=_dependencies(entry) if relevant else {},
            parent=parent if isinstance(parent, str) else None,
            protect=entry.get("protect") is True,
        )


def _properties(entry: Mapping[str, object], view: str) -> dict[str, object]:
    """Inputs, and over them outputs where those are asked for, with the ARM id if it is one."""
    found = _section(entry, "inputs")
    if view == "outputs":
        found |= _section(entry, "outputs")
        arm_id = entry.get("id")
        if isinstance(arm_id, str) and arm_id.startswith("/subscriptions/"):
            found.setdefault("id", arm_id)
    return found


def _section(entry: Mapping[str, object], name: str) -> dict[str, object]:
    values = entry.get(name)
    if not isinstance(values, Mapping):
        return {}
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return _secret(value)
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _secret(value: Mapping[str, object]) -> object:
    shown = value.get("plaintext")
    if not isinstance(shown, str):
        return UNKNOWN
    try:
        return _plain(json.loads(shown))
    except ValueError:
        return UNKNOWN


def _dependencies(entry: Mapping[str, object]) -> dict[str, frozenset[str]]:
    found = entry.get("propertyDependencies")
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): frozenset(urn for urn in urns if isinstance(urn, str))
        for name, urns in found.items()
        if isinstance(urns, list)
    }
