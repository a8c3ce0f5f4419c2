"""The records: what Azure was seen to answer, read from ``records/*.yaml``."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).with_name("records")


@dataclass(frozen=True)
class Step:
    """One request and the answer to it. ``at`` counts the seconds since the record's clock.

    ``given`` is made right before it. ``headers`` is None where the record has no headers,
    ``answer`` where it has no body.
    """

    at: float
    method: str
    path: str
    status: int
    json: Any = None
    form: dict[str, Any] | None = None
    headers: frozenset[str] | None = None
    values: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    given: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Record:
    """What one account answered on one day, and the world that it answered in."""

    name: str
    surface: str
    clock: str
    account: str
    steps: tuple[Step, ...]
    auth: str = "token"
    settings: dict[str, Any] = field(default_factory=dict)
    pace: str = "immediate"
    given: tuple[dict[str, Any], ...] = ()


@cache
def records() -> tuple[Record, ...]:
    """Every record."""
    return tuple(record for path in sorted(FOLDER.glob("*.yaml")) for record in _file(path))


@cache
def known_headers(surface: str) -> frozenset[str]:
    """Every header that some answer of a surface has."""
    found = [
        step.headers or frozenset()
        for record in records()
        if record.surface == surface
        for step in record.steps
    ]
    return frozenset().union(*found)


@cache
def _header_sets() -> dict[str, frozenset[str]]:
    sets = yaml.safe_load(Path(__file__).with_name("header_sets.yaml").read_text(encoding="utf-8"))
    return {name: frozenset(names.split()) for name, names in sets.items()}


def _file(path: Path) -> Iterator[Record]:
    for item in yaml.safe_load(path.read_text(encoding="utf-8")):
        fields = {name: value for name, value in item.items() if name not in ("note", "steps")}
        fields["given"] = tuple(fields.get("given", ()))
        yield Record(surface=path.stem, steps=tuple(_steps(item["steps"])), **fields)


def _steps(items: list[dict[str, Any]]) -> Iterator[Step]:
    answers: list[Any] = []
    for item in items:
        method, _, path = item["request"].partition(" ")
        answers.append(_answer(item, answers))
        yield Step(
            at=item.get("at", 0),
            method=method,
            path=path,
            status=item["status"],
            json=item.get("json"),
            form=item.get("form"),
            headers=_headers(item.get("headers")),
            values=item.get("values", {}),
            answer=answers[-1],
            given=tuple(item.get("given", ())),
        )


def _answer(item: dict[str, Any], earlier: list[Any]) -> Any:
    """The answer itself, or an earlier one (``like``) with some values replaced (``but``)."""
    if "like" not in item:
        return item.get("answer")
    answer = copy.deepcopy(earlier[item["like"] - 1])
    for path, value in item.get("but", {}).items():
        *parents, last = path.split(".")
        place = answer
        for name in parents:
            place = place[int(name) if name.isdecimal() else name]
        place[int(last) if last.isdecimal() else last] = value
    return answer


def _headers(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    return frozenset().union(*(_header_sets().get(name, {name}) for name in text.split()))
