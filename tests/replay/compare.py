"""What differs between an answer and the recorded one: status, headers, keys, types, values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.replay.placeholders import Names
from tests.replay.records import Step

MORE: Final = "<more>"
"""In a list: further items may stand anywhere. As a key: the object may have further keys."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def differences(step: Step, answer: Answer, names: Names, known: frozenset[str]) -> Iterator[str]:
    """The differences, each as a line. ``known`` are the headers that the surface ever sends."""
    if answer.status != step.status:
        yield f"status: {answer.status}, recorded {step.status}: {answer.body[:200]!r}"
        return
    sent = {name.lower() for name in answer.headers}
    if step.headers is not None:
        yield from (f"header {name}: missing" for name in sorted(step.headers - sent))
        yield from (f"header {name}: in no record" for name in sorted(sent - known))
    for name, wanted in step.values.items():
        found = next((text for key, text in answer.headers.items() if key.lower() == name), None)
        if found is None or not names.matches(wanted, found):
            yield f"header {name}: {found!r}, recorded {wanted!r}"
    yield from _body(step.answer, answer, names)


def _body(wanted: Any, answer: Answer, names: Names) -> Iterator[str]:
    if wanted is None:
        if answer.body:
            yield f"body: {answer.body[:200]!r}, recorded none"
        return
    if isinstance(wanted, str) and wanted.startswith("<bytes "):
        if len(answer.body) != int(wanted[7:-1]):
            yield f"body: {len(answer.body)} bytes, recorded {wanted}"
        return
    if isinstance(wanted, list):
        yield from _events(wanted, list(_stream(answer.body)), names)
        return
    try:
        found = json.loads(answer.body)
    except ValueError:
        yield f"body: no JSON: {answer.body[:200]!r}"
        return
    yield from compare("body", wanted, found, names)


def compare(place: str, wanted: Any, found: Any, names: Names) -> Iterator[str]:
    """The differences of two JSON values."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        yield from _objects(place, wanted, found, names)
    elif isinstance(wanted, list) and isinstance(found, list):
        yield from _lists(place, wanted, found, names)
    elif isinstance(wanted, str):
        if not names.matches(wanted, found):
            yield f"{place}: {_short(found)}, recorded {names_of(wanted, names)!r}"
    elif type(wanted) is not type(found) or wanted != found:
        yield f"{place}: {_short(found)}, recorded {_short(wanted)}"


def names_of(wanted: str, names: Names) -> str:
    """The recorded text with what its names stand for."""
    for name, value in names.bound.items():
        wanted = wanted.replace(f"<{name}>", str(value))
    return wanted


def _objects(
    place: str, wanted: dict[str, Any], found: dict[str, Any], names: Names
) -> Iterator[str]:
    yield from (f"{place}.{name}: missing" for name in wanted if name not in (*found, MORE))
    if MORE not in wanted:
        yield from (f"{place}.{name}: not recorded" for name in found if name not in wanted)
    both = [name for name in wanted if name in found]
    order = [name for name in found if name in wanted]
    if both != order:
        yield f"{place}: order {', '.join(order)}; recorded {', '.join(both)}"
    # What is reckoned from another field comes after the field that binds the name.
    for name in sorted(both, key=lambda each: "+" in str(wanted[each])):
        yield from compare(f"{place}.{name}", wanted[name], found[name], names)


def _lists(place: str, wanted: list[Any], found: list[Any], names: Names) -> Iterator[str]:
    if MORE not in wanted:
        if len(wanted) != len(found):
            yield f"{place}: {len(found)} items, recorded {len(wanted)}"
        for number, (one, other) in enumerate(zip(wanted, found, strict=False)):
            yield from compare(f"{place}.{number}", one, other, names)
        return
    start = 0
    for number, one in enumerate(each for each in wanted if each != MORE):
        tried = [
            (list(compare(f"{place}.{at}", one, found[at], trial)), at, trial)
            for at in range(start, len(found))
            for trial in (names.copy(),)
        ]
        if not tried:
            yield f"{place}: nothing like recorded item {number}: {_short(one)}"
            continue
        problems, at, trial = min(tried, key=lambda each: (len(each[0]), each[1]))
        names.bound = trial.bound
        start = at + 1
        yield from problems


def _stream(body: bytes) -> Iterator[dict[str, Any]]:
    """The server-sent events of a body."""
    for block in body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            data = fields["data"]
            yield fields | {"data": data if data == "[DONE]" else json.loads(data)}


def _events(wanted: list[Any], found: list[Any], names: Names) -> Iterator[str]:
    """Events in order; one that is ``repeated`` may come many times."""
    at = 0
    for number, one in enumerate(wanted):
        if at == len(found):
            yield f"event {number}: it did not come"
            continue
        expected = {name: value for name, value in one.items() if name != "repeated"}
        yield from compare(f"event {number}", expected, found[at], names)
        at += 1
        while one.get("repeated") and at < len(found):
            if list(compare("", expected, found[at], names.copy())):
                break
            at += 1
    if at < len(found):
        yield f"events: {len(found) - at} more, first {_short(found[at])}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."
