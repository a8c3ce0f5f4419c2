"""The picture in the README: taken from a terminal, and of what ``make up`` prints today."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from html import unescape

import pytest

from tests.repository import ROOT
from tools.local import NEXT, QUESTION
from tools.terminal import Screen, plain, record, runs
from tools.terminal_picture import CLASSES, shoot, svg

PROGRAM = r"""
print("\x1b[1mTitle\x1b[0m")
print("one: working\ntwo: waiting")
open("/dev/tty").close()
print("\x1b[2A\x1b[38;5;2mone\x1b[0m: done\x1b[K\n\ntty", __import__("sys").stdout.isatty())
"""


def screen_after(*sent: str) -> Screen:
    screen = Screen(columns=20, rows=3)
    for each in sent:
        screen.feed(each)
    return screen


def test_lines_that_scrolled_away_are_kept() -> None:
    screen = screen_after("one\r\ntwo\r\nthree\r\n", "four")
    assert screen.text() == "one\ntwo\nthree\nfour"
    assert screen.view() == "two\nthree\nfour"


def test_a_wide_character_takes_two_columns() -> None:
    (line,) = screen_after("✅ \x1b[38;5;5mname").lines()
    assert [(run.column, run.text.strip()) for run in runs(line)] == [(0, "✅"), (3, "name")]


def test_styles_add_up_until_they_are_reset() -> None:
    (line,) = screen_after("\x1b[1m\x1b[38;5;2mgreen\x1b[0m plain").lines()
    green, unstyled = (run.style for run in runs(line))
    assert green.bold and green.fg in CLASSES
    assert not unstyled.bold and unstyled.fg not in CLASSES


def test_a_command_runs_on_a_terminal_and_is_shown_as_it_was_and_as_it_ended() -> None:
    first, last = shoot([sys.executable, "-c", PROGRAM], ["working"])
    shown = "\n".join(map(plain, last))
    assert "one: working" in map(plain, first)
    assert "one: done\ntwo: waiting" in shown
    assert "tty True" in shown
    picture = ET.fromstring(svg("a < b", [first, last]))
    assert len(picture.findall("{*}g")) == 2


def test_a_command_that_fails_makes_no_picture() -> None:
    with pytest.raises(ChildProcessError, match="ended with 3"):
        list(record([sys.executable, "-c", "raise SystemExit(3)"], 80, 24))


def test_the_picture_in_the_readme_is_small_and_of_today() -> None:
    picture = (ROOT / "docs" / "images" / "make-up.svg").read_text()
    assert len(picture) < 60_000
    shown = " ".join(unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)", picture))
    for line in [QUESTION, *NEXT.strip().splitlines()]:
        assert " ".join(line.split()) in " ".join(shown.split()), "see tools/terminal_picture.py"
