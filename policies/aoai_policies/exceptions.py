"""Exceptions from a rule: by the resource's name, with a reason and the day on which they end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from aoai_policies.finding import Finding, name_of

EXCEPTIONS: Final[Mapping[str, Mapping[str, object]]] = {
    "exceptions": {
        "type": "array",
        "default": [],
        "items": {
            "type": "object",
            "required": ["name", "reason", "expires"],
            "properties": {
                "name": {"type": "string"},
                "reason": {"type": "string"},
                "expires": {"type": "string"},
            },
        },
        "description": (
            "Resources that the rule leaves out, by logical `name`, each with a `reason` and the "
            "day on which the exception ends, `expires` (YYYY-MM-DD)."
        ),
    }
}
"""The setting of every rule."""


@dataclass(frozen=True)
class _Exception:
    name: str
    reason: str
    expires: date


def malformed(rule: str, given: object) -> Iterator[str]:
    """A sentence for each exception that lacks a name, a reason or a day."""
    if given is None:
        return
    if not isinstance(given, list):
        yield f"The exceptions of {rule} in the policy config must be a list."
        return
    for number, entry in enumerate(given, start=1):
        if _read(entry) is None:
            yield (
                f"Exception {number} of {rule} in the policy config is not valid and is ignored: "
                "it needs a name, a reason, and expires as YYYY-MM-DD."
            )


def without_excepted(
    findings: Iterable[Finding], given: object, now: datetime
) -> Iterator[Finding]:
    """The findings that no exception covers; one whose exception has ended names it."""
    by_name = {found.name: found for entry in _entries(given) if (found := _read(entry))}
    for finding in findings:
        exception = by_name.get(name_of(finding.subject))
        if exception is None:
            yield finding
        elif exception.expires < now.date():
            ended = f"Its exception ended on {exception.expires} ({exception.reason})."
            yield replace(finding, message=f"{finding.message}\n{ended}")


def _entries(given: object) -> list[object]:
    return given if isinstance(given, list) else []


def _read(entry: object) -> _Exception | None:
    if not isinstance(entry, Mapping):
        return None
    name, reason, expires = (entry.get(key) for key in ("name", "reason", "expires"))
    if not (isinstance(name, str) and name and isinstance(reason, str) and reason.strip()):
        return None
    try:
        return _Exception(name, reason.strip(), date.fromisoformat(str(expires)))
    except ValueError:
        return None
