"""Any bytes get a report."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aoai.dataset import inspect
from aoai.dataset.example.formats import FORMATS
from aoai.dataset.example.target import Target
from aoai.dataset.example.view import Example
from aoai.dataset.inspection.fast_path import reader_of
from aoai.dataset.rules import image_files
from tests.unit.dataset.examples import EXAMPLES, JSON, LINES, changed

QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


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
@given(changed(EXAMPLES), st.sampled_from([None, *FORMATS]))
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
    content = [{"type": "image_url", "image_url": image}]
    value: dict[str, object] = {"messages": [{"role": "user", "content": content}]}
    example = Example(b"", value, "chat", Target())
    assert {p.kind for p in image_files.check(example)} <= {image_files.BAD_IMAGE}


LIMIT = 100  # levels, those of the example among them


@pytest.mark.parametrize("method", ["supervised", "reinforcement"])
@pytest.mark.parametrize("field", ["tools", "x"])
def test_nesting_is_counted_the_same_wherever_it_is(
    tmp_path: Path, method: str, field: str
) -> None:
    path = tmp_path / "train.jsonl"
    line = '{"messages": [{"role": "user", "content": "Hi"}], "%s": %s}\n'
    depths = range(LIMIT - 10, LIMIT + 10)
    path.write_text("".join(line % (field, "[" * n + "]" * n) for n in depths))
    report = inspect(path, method=method)
    assert report.counts["nested-too-deeply"] == len([n for n in depths if n + 1 > LIMIT])
    assert report.examples == len(depths)


def test_the_fast_path_counts_the_nesting_of_tools() -> None:
    tool = (
        '{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "a": %s}}}'
    )
    messages = '[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]'
    accepted = []
    for depth in (10, LIMIT - 5, LIMIT - 4, 300, 3000):
        nested = tool % ("[" * depth + "]" * depth)
        line = f'{{"messages": {messages}, "tools": [{nested}]}}'.encode()
        accepted.append(reader_of("chat", Target())(line) is not None)
    assert accepted == [True, True, False, False, False]


def test_brackets_in_texts_are_no_nesting(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    content = json.dumps("[" * 5000 + '"' + "{" * 5000)
    path.write_text(f'{{"messages": [{{"role": "user", "content": {content}}}, 1]}}')
    assert "nested-too-deeply" not in inspect(path).counts
