"""The comparison finds what differs, and only that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.replay.compare import Answer, compare, differences
from tests.replay.placeholders import Names
from tests.replay.records import Step

JOB = "ftjob-" + "0a" * 16
OTHER = "ftjob-" + "0b" * 16


def found(wanted: Any, answer: Any, **bound: Any) -> list[str]:
    return list(compare("body", wanted, answer, Names(dict(bound))))


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ({"a": 1, "b": [2.5, None]}, {"a": 1, "b": [2.5, None]}),
        ({"a": "<int>", "b": "<number>"}, {"a": 3, "b": 0.5}),
        ({"a": "<text>", "<more>": True}, {"a": "x", "b": 1}),
        ([{"a": 2}, "<more>"], [{"a": 1}, {"a": 2}, {"a": 3}]),
        ({"id": "<job>", "model": "x.ft-<hex32>"}, {"id": JOB, "model": "x.ft-" + "0" * 32}),
        ({"a": "<unix:made>", "b": "<made+900>"}, {"a": 1000, "b": 1901}),
        ({"a": "<unix:made>", "b": "<unix!made>"}, {"a": 1000, "b": 1001}),
        ({"a": "<time>"}, {"a": "2026-01-01T00:00:00.12Z"}),
        ({"a": "<User|Application>"}, {"a": "User"}),
        ({"a": '{"b":"<text>"}'}, {"a": '{"b":"c"}'}),
    ],
)
def test_what_agrees_has_no_differences(wanted: Any, answer: Any) -> None:
    assert found(wanted, answer) == []


@pytest.mark.parametrize(
    ("wanted", "answer", "line"),
    [
        ({"a": 1}, {}, "body.a: missing"),
        ({}, {"a": 1}, "body.a: not recorded"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "body: order b, a; recorded a, b"),
        ({"a": 1}, {"a": 1.0}, "body.a: 1.0, recorded 1"),
        ({"a": True}, {"a": 1}, "body.a: 1, recorded true"),
        ({"a": "<int>"}, {"a": 1.0}, "body.a: 1.0, recorded '<int>'"),
        ({"a": "<int>"}, {"a": True}, "body.a: true, recorded '<int>'"),
        ({"a": "<time>"}, {"a": "2026-01-01T00:00:00.10Z"}, "recorded '<time>'"),
        ({"a": "<uuid>"}, {"a": "0A" * 16}, "recorded '<uuid>'"),
        ([1], [1, 2], "body: 2 items, recorded 1"),
        ([{"a": 2}, {"a": 1}, "<more>"], [{"a": 1}, {"a": 2}], "nothing like recorded item 1"),
        ({"a": "<unix:made>", "b": "<made+900>"}, {"a": 1000, "b": 1902}, "body.b: 1902"),
        ({"a": "<job>", "b": "<job>"}, {"a": JOB, "b": OTHER}, "body.b:"),
    ],
)
def test_what_differs_is_said(wanted: Any, answer: Any, line: str) -> None:
    (only,) = found(wanted, answer)
    assert line in only


def step(**fields: Any) -> Step:
    return Step(at=0, method="GET", path="/", **fields)


def answered(status: int = 200, body: Any = None, **headers: str) -> Answer:
    return Answer(status, headers, b"" if body is None else json.dumps(body).encode())


def lines(wanted: Step, answer: Answer) -> list[str]:
    return list(differences(wanted, answer, Names(), frozenset({"etag", "date"})))


def test_status_headers_and_bodies_are_compared() -> None:
    assert lines(step(status=200, headers=frozenset({"etag"})), answered(etag="x")) == []
    (wrong,) = lines(step(status=201), answered(body={"a": 1}))
    assert wrong.startswith("status: 200, recorded 201")
    told = lines(step(status=200, headers=frozenset({"etag"})), answered(server="x"))
    assert told == ["header etag: missing", "header server: in no record"]
    (value,) = lines(step(status=200, values={"etag": "<uuid>"}), answered(etag="x"))
    assert value.startswith("header etag: 'x'")
    assert lines(step(status=204), answered(204, {"a": 1}))
    assert lines(step(status=200, answer="<bytes 3>"), Answer(200, {}, b"four"))


def events(*data: Any) -> Answer:
    text = "".join(f"data: {json.dumps(each)}\n\n" for each in data)
    return Answer(200, {}, f"{text}data: [DONE]\n\n".encode())


def test_events_come_in_order_and_may_repeat() -> None:
    wanted = step(
        status=200,
        answer=[{"data": {"a": 1}}, {"data": {"b": "<int>"}, "repeated": True}, {"data": "[DONE]"}],
    )
    assert lines(wanted, events({"a": 1}, {"b": 1}, {"b": 2})) == []
    assert lines(wanted, events({"a": 1}))
    assert lines(wanted, events({"a": 1}, {"b": 1}, {"c": 2}))
    assert lines(wanted, events({"b": 1}, {"a": 1}))
