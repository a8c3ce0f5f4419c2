"""Progress of reading a large file, on a terminal."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from aoai.cli.terminal import Line
from aoai.dataset import Observer, Report
from aoai.dataset.finding import printable

LARGE = 20_000_000
"""Bytes from which on progress is shown: a smaller file is read within a second."""

_WIDTH = 30


class Progress(Observer):
    """A line on the terminal that shows how much of a file is read."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sizes: dict[Path, int] = {}

    def reading(self, path: Path, bytes_read: int) -> None:
        """Show the bytes read so far."""
        if not self._line.visible:
            return
        size = self._size(path)
        if size >= LARGE:
            part = min(bytes_read / size, 1)
            bar = ("#" * int(part * _WIDTH)).ljust(_WIDTH)
            name = printable(path.name)
            self._line.show(f"{part:4.0%} of {size / 1e6:,.0f} MB [{bar}] {name}")

    def comparing(self, training: Report, validation: Report) -> None:
        """Show which files are compared."""
        if training.bytes + validation.bytes >= LARGE:
            names = [printable(report.path.name) for report in (validation, training)]
            self._line.show(f"comparing {names[0]} with {names[1]}")

    def done(self) -> None:
        """Remove the line."""
        self._line.clear()

    def _size(self, path: Path) -> int:
        if path not in self._sizes:
            self._sizes[path] = 0
            with suppress(OSError):
                self._sizes[path] = path.stat().st_size
        return self._sizes[path]
