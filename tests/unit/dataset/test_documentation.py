"""docs/data.md lists every kind of finding, with its meaning and its source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aoai.dataset import CATALOGUE, Severity
from aoai.dataset.finding import Kind

PAGE = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")


def codes(title: str) -> list[str]:
    section = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z0-9-]+)` \| .+ \| .+ \|$", section, re.MULTILINE)


def test_every_kind_of_finding_is_documented_under_its_severity() -> None:
    for title, severity in (("Errors", Severity.ERROR), ("Warnings", Severity.WARNING)):
        assert codes(title) == [c for c, kind in CATALOGUE.items() if kind.severity is severity]


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_kind_has_a_plain_text_and_a_source(kind: Kind) -> None:
    assert kind.source
    assert kind.text[0].islower() or kind.text.split()[0].isupper() or kind.text[0].isupper()
    assert not kind.text.endswith(".")
    assert len(kind.text) <= 120
