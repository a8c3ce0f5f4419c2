"""How far an upload is, in one line."""

from __future__ import annotations

import time
from collections.abc import Callable

from aoai.resources.progress import say

INTERVAL = 5.0
"""Seconds until the first line, and between two: a small file is sent before and shows none."""

_MEGABYTE = 1_000_000


class UploadProgress:
    """Shows ``train.jsonl: 640 of 8192 MB, 95 MB/s`` now and then.

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
        self._show = say
        self._clock = clock
        self._shown_at = clock()
        self._shown = 0

    def __call__(self, sent: int, total: int) -> None:
        """``sent`` of ``total`` bytes are sent; fewer than before, if some are sent again."""
        now = self._clock()
        passed = now - self._shown_at
        if passed < INTERVAL:
            return
        speed = max(0, sent - self._shown) / passed
        self._show(
            f"{self._name}: {sent / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB, "
            f"{speed / _MEGABYTE:.0f} MB/s"
        )
        self._shown_at, self._shown = now, sent
