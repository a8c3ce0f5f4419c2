"""docs/data.md says what each kind of finding means."""

from __future__ import annotations

import re
from pathlib import Path

from aoai.dataset import CATALOGUE, Severity

PAGE = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")


def table(title: str) -> dict[str, str]:
    section = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", section, re.MULTILINE))


def test_every_kind_of_finding_is_documented_under_its_severity() -> None:
    for title, severity in (("Errors", Severity.ERROR), ("Warnings", Severity.WARNING)):
        assert table(title) == {c: text for c, (s, text) in CATALOGUE.items() if s is severity}
