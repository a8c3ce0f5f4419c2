"""``aoai results`` on a file: charts, colours, narrow terminals, and outputs that cannot draw."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from aoai.cli import main
from aoai.cli.results.chart import Look, charts
from aoai.cli.results.command import is_file
from aoai.cli.terminal import columns_of, has_colours, moment, narrowed
from aoai.results.curves import Curves
from aoai.results.results_file import read_results
from tests.repository import ROOT

ROWS = "".join(f"{step},{2 / step},{2.1 / step + step / 200},\n" for step in range(1, 101))
FILE = f"step,train_loss,full_valid_loss,note\n{ROWS}"


@pytest.fixture
def results(tmp_path: Path) -> str:
    path = tmp_path / "results.csv"
    path.write_text(FILE)
    return str(path)


def test_a_file_is_shown_without_any_account(
    results: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["results", results]) == 0
    text = capsys.readouterr().out
    assert "⠤⠤ train_loss   ⠤x⠤ full_valid_loss" in text
    assert "train_loss           2   0.02" in text
    assert "severe overfitting" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines()[:16])) <= 80


def test_scripts_get_all_points(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", results, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["curves"]["train_loss"][:2] == [[1, 2.0], [2, 1.0]]
    assert len(document["curves"]["train_loss"]) == 100
    assert document["overfit"]["best_step"] == 20


def test_a_file_that_is_no_result_file_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.jsonl").write_text('{"messages": []}\n')
    assert main(["results", str(tmp_path / "train.jsonl")]) == 1
    said = capsys.readouterr().err
    assert "has no column `step`" in said or "neither CSV" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("source", "file"),
    [("results.csv", True), ("./x", True), ("../a/b", True), ("ftjob-0123", False)],
)
def test_a_name_with_a_dot_or_a_slash_is_a_file(source: str, file: bool) -> None:
    assert is_file(source) is file


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_chart_is_as_wide_as_the_output(columns: int) -> None:
    (chart,) = charts(read_results(FILE.encode()), Look(columns=columns))
    assert max(map(len, chart.splitlines())) <= columns


def test_lines_have_colours_where_they_are_wanted_and_marks_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # plotille itself looks whether this is a terminal
    curves = read_results(FILE.encode())
    (plain,), (coloured,) = charts(curves, Look()), charts(curves, Look(colours=True))
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert "⠤x⠤" in plain


def test_an_output_of_ascii_gets_the_numbers_alone() -> None:
    assert charts(read_results(FILE.encode()), Look(encoding="ascii")) == []
    assert charts(read_results(FILE.encode()), Look(encoding="no such one")) == []


@pytest.mark.parametrize(
    "points",
    [((1, 0.5),), ((0, 0.0),), ((3, 0.0), (9, 0.0)), ((1, -1.0), (2, 5e300)), ((10**15, 1.0),)],
)
def test_odd_curves_are_drawn_too(points: tuple[tuple[int, float], ...]) -> None:
    (chart,) = charts(Curves({"train_loss": points}), Look())
    assert "train_loss" in chart


def test_nothing_that_is_measured_is_no_chart() -> None:
    assert charts(Curves({}), Look()) == []


class Terminal(io.StringIO):
    """A terminal of no known width."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "coloured"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"NO_COLOR": ""}, True),
        (Terminal, {"TERM": "dumb"}, False),
        (io.StringIO, {}, False),
    ],
)
def test_colours_are_for_terminals(
    stream: Callable[[], io.StringIO], environment: dict[str, str], coloured: bool
) -> None:
    assert has_colours(stream(), environment) is coloured


def on_a_terminal(results: str, **environment: str) -> str:
    """What the command writes where its output is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "aoai.cli", "results", results],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", **environment},
        stdout=theirs,
        stderr=theirs,
    ) as command:
        os.close(theirs)
        written = b""
        with suppress(OSError), open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor
            while part := terminal.read(65536):
                written += part
    assert command.returncode == 0
    return written.decode()


def test_a_terminal_shows_colours_unless_they_are_not_wanted(results: str) -> None:
    assert "\x1b[" in on_a_terminal(results)
    assert "\x1b[" not in on_a_terminal(results, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(results, TERM="dumb")


def test_a_reader_that_stops_reading_gets_no_traceback(results: str) -> None:
    command = f"{sys.executable} -m aoai.cli results {results} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_an_output_has_the_columns_that_are_given_or_80() -> None:
    assert columns_of(Terminal(), {"COLUMNS": "100"}) == 100
    assert columns_of(Terminal(), {"COLUMNS": "wide"}) == 80
    assert columns_of(None, {}) == 80


def test_a_line_is_cut_on_a_terminal_alone() -> None:
    assert narrowed("x" * 200, io.StringIO()) == "x" * 200
    assert narrowed("x" * 200, Terminal()).endswith("x…")


def test_a_time_that_is_none_is_empty() -> None:
    assert (moment(None), moment(0), moment(10**18)) == ("", "", "")
    assert moment(1_795_845_585) == "2026-11-28 05:59"
