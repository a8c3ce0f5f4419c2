"""Notes on the standard error, beside the output, and a progress line that is overwritten."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO
from unicodedata import east_asian_width

_COLUMNS = 80  # where the terminal does not report them
_SPARE = 3  # columns at the end: the terminal itself writes ^C there, and none may wrap


def print_note(text: str) -> None:
    """Print a note for people; a closed standard error is ignored."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"aoai: {text}", file=sys.stderr)


class Line:
    """A line of a terminal that is overwritten, then removed; nothing if it is no terminal."""

    def __init__(
        self,
        stream: TextIO | None,
        environment: Mapping[str, str] = os.environ,
        columns: int | None = None,
    ) -> None:
        dumb = environment.get("TERM") == "dumb"
        self._stream = stream if stream is not None and stream.isatty() and not dumb else None
        self._columns = columns
        self._shown = ""

    @property
    def visible(self) -> bool:
        """Whether it is on a terminal."""
        return self._stream is not None

    def show(self, text: str) -> None:
        """Show as much of a text as fits, if it is another one than before."""
        if text != self._shown:
            self._shown = text  # first, so that an interrupt here leaves nothing behind
            self._write(f"\r{fitted(text, self._width() - _SPARE)}")

    def clear(self) -> None:
        """Remove what is shown."""
        if self._shown:
            self._write(f"\r{' ' * (self._width() - 1)}\r")
            self._shown = ""

    def _write(self, text: str) -> None:
        if self._stream is not None:
            with suppress(OSError):  # the terminal is gone; the file is still to be judged
                self._stream.write(text)
                self._stream.flush()

    def _width(self) -> int:
        """Columns of the terminal as it is now."""
        if self._columns is not None or self._stream is None:
            return self._columns or _COLUMNS
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _COLUMNS
        except OSError:
            return _COLUMNS


def fitted(text: str, columns: int) -> str:
    """As much of a text as fits, padded to the number of columns; some characters take two."""
    left = columns
    for index, character in enumerate(text):
        width = 2 if east_asian_width(character) in "WF" else 1
        if width > left:
            return text[:index] + " " * max(left, 0)
        left -= width
    return text + " " * left


def columns_of(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> int:
    """Columns that an output may have: COLUMNS, else those of the terminal, else 80."""
    given = environment.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS if stream else _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS


def narrowed(text: str, stream: TextIO | None = None) -> str:
    """A line cut to the width of the terminal, and left as it is where it goes elsewhere."""
    out = stream or sys.stdout
    if out is None or not out.isatty():
        return text
    width = columns_of(out)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def has_colours(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether an output may be coloured: on a terminal, unless NO_COLOR (no-color.org) is set."""
    if stream is None or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()


def moment(seconds: int | None) -> str:
    """A time as people read it, UTC; empty if it is not known."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}" if seconds else ""
    except (OverflowError, ValueError, OSError):
        return ""
