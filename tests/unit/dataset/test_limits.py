"""Limits that no small file reaches."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
from pathlib import Path

from PIL import Image

from aoai.dataset import inspect
from aoai.dataset.duplicates import Duplicates
from aoai.dataset.finding import Severity
from aoai.dataset.limits import (
    MAXIMUM_FILE_BYTES,
    MAXIMUM_IMAGE_BYTES,
    MAXIMUM_IMAGE_EXAMPLES,
    MAXIMUM_UPLOAD_BYTES,
)
from aoai.dataset.totals import Totals


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
    totals.finish(size, 9, system=False, validation=True)
    found = (*totals.findings(Severity.ERROR), *totals.findings(Severity.WARNING))
    return [finding.code for finding in found if not finding.line]


def test_an_image_over_10_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(vision(png(MAXIMUM_IMAGE_BYTES))))
    report = inspect(path, validation=True)
    assert dict(report.counts) == {"image-too-large": 1}
    assert report.errors[0].message.endswith("bytes, at most 10,485,760; scale it down.")


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
    totals.finish(MAXIMUM_UPLOAD_BYTES + 1, 9, system=False, validation=True)
    assert totals.findings(Severity.WARNING)[0].message.startswith("over 8 GB")


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


def test_duplicates_are_all_found_up_to_the_capacity() -> None:
    duplicates = Duplicates(capacity=100)
    assert [duplicates.add(f"example {n}", 1, n + 1) for n in range(100)] == [0] * 100
    assert [duplicates.add(f"example {n}", 1, n + 101) for n in range(100)] == list(range(1, 101))


def test_beyond_the_capacity_equal_examples_are_in_the_sample_together() -> None:
    duplicates = Duplicates(capacity=100)
    found = 0
    for line, number in enumerate([*range(1, 1001), *range(1, 1001)], start=1):
        if number % duplicates.every == 0:
            found += bool(duplicates.add(f"example {number}", number, line))
    assert duplicates.every == 16
    assert found == 1000 // 16


def test_examples_that_all_share_their_number_are_forgotten_together() -> None:
    duplicates = Duplicates(capacity=10)
    assert not any(duplicates.add(f"example {n}", 48, n + 1) for n in range(11))
    assert duplicates.every == 32
