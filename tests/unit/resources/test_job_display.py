"""What is shown of the jobs, and how often."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from aoai.resources.job_display import JobDisplay, somebody_watches
from aoai.resources.live_line import LiveLine
from aoai.resources.progress import Outcome


class Paper:
    """A terminal that keeps what was written."""

    def __init__(self, columns: int = 80) -> None:
        self.width = columns
        self.written: list[str] = []

    def columns(self) -> int:
        return self.width

    def write(self, text: str) -> None:
        self.written.append(text)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []

    def info(text: str, resource: Any = None, ephemeral: bool = False) -> None:
        lines.append((text, ephemeral))

    monkeypatch.setattr(pulumi.log, "info", info)
    return lines


def display(paper: Paper, *, watched: bool = True) -> JobDisplay:
    return JobDisplay(watched=watched, clock=lambda: 60.0, line=LiveLine(paper))


def test_a_row_and_the_line_below_show_the_same(logged: list[tuple[str, Any]]) -> None:
    paper = Paper()
    row = display(paper).add("tutor", None)
    row.progress("running", ["step 12", "loss 0.412"])
    row.display.line.end()
    assert logged == [("step 12, loss 0.412, 0:00:00", True)]
    assert "tutor: step 12, loss 0.412, 0:00:00" in paper.written[0]


def test_where_nobody_watches_the_same_status_is_not_logged_again(
    logged: list[tuple[str, Any]],
) -> None:
    row = display(Paper(), watched=False).add("tutor", None)
    for step in (1, 2, 3):
        row.progress("running", [f"step {step}"])
    row.display.line.end()
    assert [text for text, _ in logged] == ["step 1, 0:00:00"]


def test_the_last_line_stays_in_the_output(logged: list[tuple[str, Any]]) -> None:
    row = display(Paper()).add("tutor", None)
    row.outcome(Outcome(steps=240))
    assert logged == [("tutor: 240 steps", False)]


def test_the_line_is_erased_with_the_last_job(logged: list[tuple[str, Any]]) -> None:
    paper = Paper()
    shown = display(paper)
    first, second = shown.add("tutor", None), shown.add("reference", None)
    first.progress("running", ["step 1"])
    second.progress("running", ["step 2"])
    first.ended("succeeded")
    assert paper.written[-1].strip("\x1b78\r ")
    second.ended("succeeded")
    shown.line.end()
    assert not paper.written[-1].strip("\x1b78\r ")


def test_in_ci_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert somebody_watches() is False
