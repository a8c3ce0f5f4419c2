"""Limits that no small file reaches."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from aoai.dataset import inspect
from aoai.dataset.example.target import Target
from aoai.dataset.finding import Severity
from aoai.dataset.limits import (
    MAXIMUM_FILE_BYTES,
    MAXIMUM_IMAGE_BYTES,
    MAXIMUM_IMAGE_EXAMPLES,
    MAXIMUM_UPLOAD_BYTES,
)
from aoai.dataset.whole_file.duplicates import Duplicates
from aoai.dataset.whole_file.totals import Totals


def vision(url: str) -> dict[str, object]:
    image = {"type": "image_url", "image_url": {"url": url}}
    user = {"role": "user", "content": [image]}
    system = {"role": "system", "content": "Say what it is."}
    return {"messages": [system, user, {"role": "assistant", "content": "A cat."}]}


def png(padding: int = 0) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    data = buffer.getvalue() + bytes(padding)
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def whole_file_findings(totals: Totals, size: int = 1000) -> list[str]:
    totals.finish(size, Target(), system=False, validation=True)
    found = (*totals.findings(Severity.ERROR), *totals.findings(Severity.WARNING))
    return [finding.code for finding in found if not finding.line]


def test_an_image_over_10_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(vision(png(MAXIMUM_IMAGE_BYTES))))
    report = inspect(path, validation=True)
    assert dict(report.counts) == {"image-too-large": 1}
    assert report.warnings[0].message.endswith("bytes, at most 10,485,760; scale it down.")


def test_more_than_50000_examples_with_images_are_refused() -> None:
    totals = Totals("train.jsonl", keep=0)
    for number in range(MAXIMUM_IMAGE_EXAMPLES + 1):
        totals.count(vision(f"https://example.com/{number}.png"), number + 1)
    assert whole_file_findings(totals) == ["too-many-image-examples"]
    assert totals.images == MAXIMUM_IMAGE_EXAMPLES + 1


def test_images_that_could_not_be_opened_are_said() -> None:
    totals = Totals("train.jsonl", keep=10, opens_images=False)
    totals.count(vision(png()), 1)
    totals.count(vision("https://example.com/a.png"), 2)
    assert whole_file_findings(totals) == ["images-not-checked"]


def test_a_file_over_a_documented_limit_is_a_warning() -> None:
    for size, count in ((MAXIMUM_FILE_BYTES, 0), (MAXIMUM_FILE_BYTES + 1, 1)):
        totals = Totals("train.jsonl", keep=10)
        totals.count(vision("https://example.com/a.png"), 1)
        assert whole_file_findings(totals, size) == ["file-too-large"] * count
    totals = Totals("train.jsonl", keep=10)
    totals.count(vision("https://example.com/a.png"), 1)
    totals.finish(MAXIMUM_UPLOAD_BYTES + 1, Target(), system=False, validation=True)
    assert totals.findings(Severity.WARNING)[0].message.startswith("over 8 GB")


def examples_with_one_bad_image(path: Path, good: int, bad: int) -> Path:
    def no_picture(number: int) -> str:
        return f"data:image/png;base64,{base64.b64encode(b'none %d' % number).decode()}"

    rows = [vision(f"https://example.com/{n}.png") for n in range(good)]
    rows += [vision(no_picture(n)) for n in range(bad)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_examples_that_are_skipped_for_an_image_are_a_warning_up_to_200(tmp_path: Path) -> None:
    for bad, errors in ((200, {}), (201, {"too-many-skipped": 1})):
        report = inspect(examples_with_one_bad_image(tmp_path / "train.jsonl", 150, bad))
        assert report.skipped == report.counts["bad-image"] == bad
        assert {f.code: 1 for f in report.errors} == errors
        assert report.warnings[-1].more == bad - 5


def test_examples_that_are_skipped_do_not_count_as_examples(tmp_path: Path) -> None:
    assert inspect(examples_with_one_bad_image(tmp_path / "train.jsonl", 10, 3)).ok
    report = inspect(examples_with_one_bad_image(tmp_path / "train.jsonl", 9, 3))
    assert [finding.code for finding in report.errors] == ["too-few-examples"]
    assert report.errors[0].message.startswith("3 of 12 examples are skipped for their images")


def test_a_line_of_any_length_is_refused_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    try:
        report = inspect(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.counts["line-too-long"] == 1
    assert report.bytes == 200_000_000
    assert peak < 64_000_000


def duplicates(capacity: int, numbers: Iterable[int]) -> Duplicates:
    """An example of each number, on a line of its own, added as long as it is in the sample."""
    found = Duplicates(keep=10, capacity=capacity)
    for line, number in enumerate(numbers, start=1):
        if number % found.every == 0:
            found.add(b"%d" % number, number, line)
    return found


def test_duplicates_are_all_found_up_to_the_capacity() -> None:
    found = duplicates(100, [*range(1, 101), *range(1, 101)])
    assert found.count == 100
    assert found.repeats() == [(line + 100, line) for line in range(1, 11)]


def test_beyond_the_capacity_equal_examples_are_in_the_sample_together() -> None:
    found = duplicates(100, [*range(1, 1001), *range(1, 1001)])
    assert found.every == 16
    assert found.count == 1000 // 16


def test_examples_that_all_share_their_number_are_forgotten_together() -> None:
    found = Duplicates(keep=10, capacity=10)
    for line in range(1, 12):
        found.add(b"%d" % line, 48, line)
    assert (found.every, found.count) == (32, 0)


@pytest.mark.parametrize("border", [1, 700, 1000, 1500])
def test_the_sample_of_two_parts_is_the_sample_of_the_whole(border: int) -> None:
    numbers = [*range(1, 1001), *range(1000, 0, -1), *range(16, 1000, 16)]
    whole, first = duplicates(100, numbers), duplicates(100, numbers[:border])
    second = Duplicates(keep=10, capacity=100)
    for line, number in enumerate(numbers[border:], start=border + 1):
        if number % second.every == 0:
            second.add(b"%d" % number, number, line)
    first.merge(second)
    assert first.count == whole.count > 100
    assert (first.every, first.repeats()) == (whole.every, whole.repeats())
