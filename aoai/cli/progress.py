"""How far a long reading has come, on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from aoai.dataset.finding import printable

_WIDTH, _NAME = 30, 40


class Progress:
    """A line on the terminal that says how much of a file is read."""

    def __init__(self, path: Path, stream: TextIO) -> None:
        self._path = path
        self._stream = stream
        self._size = 0
        self._shown = ""

    def __call__(self, read: int) -> None:
        """Show the bytes read so far, if that changes what is shown."""
        self._size = self._size or max(self._path.stat().st_size, 1)
        part = min(read / self._size, 1)
        bar = ("#" * int(part * _WIDTH)).ljust(_WIDTH)
        name = printable(self._path.name)[:_NAME]
        text = f"{name} [{bar}] {part:4.0%} of {self._size / 1e6:,.0f} MB"
        if text != self._shown:
            self._stream.write(f"\r{text}")
            self._stream.flush()
            self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write(f"\r{' ' * len(self._shown)}\r")
            self._stream.flush()
