"""Small files, each with one defect or one valid oddity, and exactly what is found in them.

``tests/corpus/manifest.json`` names every file: what it holds, the options that it is read with,
its format, and each finding as code, line and JSON path. To add one, add the file and its entry.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aoai.dataset import CATALOGUE, inspect

CORPUS = Path(__file__).parents[2] / "corpus"
MANIFEST: dict[str, dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text("utf-8"))

# Found in files too large for a corpus, without Pillow, or in two files: see the other tests.
ELSEWHERE = {
    "file-too-large",
    "format-differs",
    "image-too-large",
    "images-not-checked",
    "line-too-long",
    "no-validation-file",
    "too-many-image-examples",
    "too-many-skipped",
    "validation-fields-differ",
    "unreadable-file",
    "example-too-long",
    "validation-overlap",
}


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_a_file_has_exactly_the_findings_that_the_manifest_names(name: str) -> None:
    entry = MANIFEST[name]
    report = inspect(CORPUS / name, **entry.get("options", {}))
    found = [[f.code, f.line, f.path] for f in (*report.errors, *report.warnings)]
    assert sorted(found) == sorted(entry["findings"])
    assert report.format == entry["format"]
    assert sum(report.counts.values()) == len(found)


def test_every_file_is_in_the_manifest_and_they_are_many() -> None:
    files = {path.name for path in CORPUS.glob("*.jsonl")}
    assert files == set(MANIFEST)
    assert len(files) >= 120


def test_names_say_which_files_are_valid() -> None:
    valid = {name for name in MANIFEST if name.startswith("valid-")}
    assert valid == {name for name, entry in MANIFEST.items() if not entry["findings"]}


def test_every_kind_of_finding_is_shown_by_some_file() -> None:
    shown = {code for entry in MANIFEST.values() for code, _, _ in entry["findings"]}
    assert shown | ELSEWHERE == set(CATALOGUE)
    assert not shown & ELSEWHERE


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_every_message_is_one_short_line_that_ends_as_a_sentence(name: str) -> None:
    report = inspect(CORPUS / name, **MANIFEST[name].get("options", {}))
    for finding in (*report.errors, *report.warnings):
        assert finding.message.endswith(".")
        assert "\n" not in str(finding)
        assert len(finding.message) <= 160
