"""How far a long reading has come, on a terminal."""

from __future__ import annotations

from pathlib import Path

from aoai.cli.terminal import Line
from aoai.dataset.finding import printable

LARGE = 20_000_000
"""Bytes of the smallest file whose reading is shown: a smaller one is read before anybody looks."""

_WIDTH = 30


class Progress:
    """A line on the terminal that says how much of a file is read."""

    def __init__(self, path: Path, line: Line) -> None:
        self._path = path
        self._line = line
        self._size = 0

    def __call__(self, read: int) -> None:
        """Show the bytes read so far."""
        if not self._line.visible:
            return
        self._size = self._size or max(self._path.stat().st_size, 1)
        if self._size >= LARGE:
            part = min(read / self._size, 1)
            bar = ("#" * int(part * _WIDTH)).ljust(_WIDTH)
            name = printable(self._path.name)
            self._line.show(f"{part:4.0%} of {self._size / 1e6:,.0f} MB [{bar}] {name}")
