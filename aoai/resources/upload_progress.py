"""A line now and then on an upload that takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable

INTERVAL = 5.0
"""Seconds until the first line, and between two: a small file is sent before and says nothing."""

_MEGABYTE = 1_000_000


def say(line: str) -> None:
    """Show a line in the engine's output: it passes on what a provider process prints."""
    print(line, flush=True)


class UploadProgress:
    """Says ``train.jsonl: 640 of 8192 MB, 95 MB/s``.

    Args:
        name: the file, as the user knows it.
        say: shows a line.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        say: Callable[[str], None] = say,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._say = say
        self._clock = clock
        self._said_at = clock()
        self._said = 0

    def __call__(self, sent: int, total: int) -> None:
        """So many bytes of so many are sent; fewer than before, if some are sent again."""
        now = self._clock()
        passed = now - self._said_at
        if passed < INTERVAL:
            return
        speed = max(0, sent - self._said) / passed
        self._say(
            f"{self._name}: {sent / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB, "
            f"{speed / _MEGABYTE:.0f} MB/s"
        )
        self._said_at, self._said = now, sent
