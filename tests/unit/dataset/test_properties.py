"""Any bytes get a report, and the fast way passes nothing that the rules object to."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aoai.dataset import inspect
from aoai.dataset.decode.syntax import ambiguities
from aoai.dataset.inspection.fast_path import OVERLOOKED, Reader
from aoai.dataset.inspection.formats import FORMATS, check_example
from aoai.dataset.rules.images import check_image

CORPUS = Path(__file__).parents[2] / "corpus"
LINES = [
    line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_bytes().splitlines()[:3]
]
WORDS = st.sampled_from(
    ["role", "content", "user", "assistant", "system", "tool", "c1", "", " ", "{}", "weather", "x"]
)
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | WORDS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def examples() -> list[Any]:
    decoded = []
    for line in LINES:
        try:
            decoded.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return [example for example in decoded if isinstance(example, dict)]


EXAMPLES = examples()


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, Any]:
    """An example of the corpus with one value, somewhere in it, replaced, dropped or repeated."""
    example: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(EXAMPLES))))
    place: Any = example
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return example
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        change = draw(st.sampled_from(["replace", "drop", "repeat"]))
        if change == "replace":
            place[key] = draw(JSON)
        elif change == "drop":
            del place[key]
        elif isinstance(place, list):
            place.insert(key, place[key])
        return example


def overlooked(example: dict[str, Any], name: str, read: Reader) -> set[str]:
    """Findings of an example of this format that the fast way passes and should not."""
    line = json.dumps(example).encode()
    if read(line) is None:
        return set()
    codes = {problem.code for problem in check_example(json.loads(line), FORMATS[name])}
    return (codes | {problem.code for problem in ambiguities(line)}) - OVERLOOKED


@QUICK
@given(mutants(), st.sampled_from(sorted(FORMATS)))
def test_what_the_fast_way_passes_the_rules_pass_too(example: dict[str, Any], name: str) -> None:
    assert not overlooked(example, name, FORMATS[name].reader())


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and array in a value, with each of its keys."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


VALUES: tuple[Any, ...] = (None, "", "user", 0, 1.0, True, [], {})


@pytest.mark.parametrize("name", ["chat", "preference", "completion"])
def test_the_fast_way_misses_no_field_that_is_gone_or_of_another_kind(name: str) -> None:
    read = FORMATS[name].reader()
    for example in (e for e in EXAMPLES if read(json.dumps(e).encode()) is not None):
        for place, key in places(example):
            before = place[key]
            for value in VALUES:
                place[key] = value
                assert not overlooked(example, name, read), (key, value, example)
            del place[key]
            assert not overlooked(example, name, read), (key, example)
            if isinstance(place, list):
                place.insert(key, before)
            else:
                place[key] = before


@pytest.mark.parametrize("name", ["chat", "preference", "completion"])
def test_the_fast_way_passes_something(name: str) -> None:
    read = FORMATS[name].reader()
    assert any(read(line) is not None for line in LINES)


def report_of(data: bytes, **options: Any) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "train.jsonl"
        path.write_bytes(data)
        report = inspect(path, **options)
        assert report.bytes == len(data)
        assert report.ok == (not report.errors)
        for finding in (*report.errors, *report.warnings):
            assert "\n" not in str(finding)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_get_a_report(data: bytes) -> None:
    report_of(data)


@QUICK
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3),
    st.integers(0, 400),
    st.integers(0, 8),
    st.binary(max_size=8),
    st.sampled_from([None, *FORMATS]),
)
def test_any_damage_to_examples_gets_a_report(
    lines: list[bytes], at: int, cut: int, put: bytes, name: str | None
) -> None:
    data = b"\n".join(lines)
    report_of(data[:at] + put + data[at + cut :], format=name)


@QUICK
@given(mutants(), st.sampled_from([None, *FORMATS]))
def test_any_change_to_an_example_gets_a_report(example: dict[str, Any], name: str | None) -> None:
    report_of(json.dumps(example).encode(), format=name)


@QUICK
@given(JSON, st.sampled_from(sorted(FORMATS)))
def test_any_json_gets_a_report(value: Any, name: str) -> None:
    report_of(json.dumps(value).encode(), format=name)


def pictures() -> list[bytes]:
    urls = re.findall(
        r"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)", b"\n".join(LINES).decode("latin1")
    )
    return sorted({base64.b64decode(url) for url in urls if len(url) % 4 == 0})


@QUICK
@given(
    st.sampled_from(pictures()),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.binary(max_size=3)), max_size=6),
)
def test_any_damage_to_a_picture_gets_a_report(
    picture: bytes, damage: list[tuple[int, int, bytes]]
) -> None:
    for at, cut, put in damage:
        picture = picture[:at] + put + picture[at + cut :]
    image = {"url": f"data:image/png;base64,{base64.b64encode(picture).decode()}"}
    assert {problem.code for problem in check_image(image, "$")} <= {"bad-image"}


def test_nesting_near_the_limit_gets_a_report(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    message = '{"messages": [{"role": "user", "content": "Hi"}], "x": %s}\n'
    nests = range(300, 1100)
    path.write_text("".join(message % ("[" * n + "]" * n) for n in nests))
    report = inspect(path, method="reinforcement")
    assert report.counts["nested-too-deeply"] > 0
    assert report.examples == len(nests)


def test_tools_nested_near_the_limit_get_a_report(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    messages = '[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]'
    line = f'{{"messages": {messages}, "tools": %s}}\n'
    path.write_text("".join(line % ("[" * n + "]" * n) for n in range(300, 1100)))
    report = inspect(path, method="supervised")
    assert report.examples == 800
    assert report.counts["nested-too-deeply"] > 0
