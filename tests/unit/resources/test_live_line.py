"""The line below Pulumi's rows, on a terminal of its own."""

from __future__ import annotations

import sys

import pytest

from aoai.resources.live_line import LiveLine
from tools.terminal import record

PROGRAM = """
import os, sys, tty
from aoai.resources.live_line import EngineTerminal, LiveLine
mode, group, *texts = sys.argv[1:]
terminal = os.open("/dev/tty", os.O_RDWR)
if mode == "raw":
    tty.setraw(terminal)
line = LiveLine(EngineTerminal(terminal, group=os.getpgrp() if group == "ours" else 1))
for text in texts:
    line.show(lambda width: text * width if text == "x" else text)
line.end()
"""


def shown(*arguments: str) -> str:
    """What a program writes to a terminal of 40 columns."""
    return "".join(record([sys.executable, "-c", PROGRAM, *arguments], 40, 24))


def test_it_is_written_where_the_cursor_is_which_is_put_back() -> None:
    assert shown("raw", "ours", "step 9") == "\x1b7\rstep 9\x1b8"


def test_it_ends_before_the_terminal_does() -> None:
    assert shown("raw", "ours", "x") == "\x1b7\r" + "x" * 39 + "\x1b8"


def test_a_shorter_text_covers_the_longer_one_and_no_more() -> None:
    assert shown("raw", "ours", "step 10", "step 9") == "\x1b7\rstep 10\x1b8\x1b7\rstep 9 \x1b8"


@pytest.mark.parametrize(("mode", "group"), [("cooked", "ours"), ("raw", "another's")])
def test_nothing_is_written_while_the_engine_does_not_draw_on_the_terminal(
    mode: str, group: str
) -> None:
    assert shown(mode, group, "step 9") == ""


def test_without_a_terminal_nothing_happens() -> None:
    line = LiveLine(None)
    line.show(lambda _width: "step 9")
    line.clear()
