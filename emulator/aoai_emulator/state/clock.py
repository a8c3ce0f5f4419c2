"""The emulator's own time, which tests can move forward or freeze."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from aoai_emulator.state.bounds import bounded
from aoai_emulator.state.store import Store

EARLIEST: Final = 0.0
LATEST: Final = 7_258_118_400.0
"""The bounds of the clock: 1970 and 2200. Not every system can write a date outside them."""


class Clock:
    """Runs beside the wall clock at an offset, or is frozen at a moment.

    The state is kept in the store, so a restarted emulator goes on from the same time.
    """

    def __init__(self, store: Store, wall: Callable[[], float] = time.time) -> None:
        self._store = store
        self._wall = wall

    def now(self) -> float:
        """Seconds since 1970."""
        frozen_at = self._store.get_meta("clock.frozen_at")
        if frozen_at is not None:
            return float(frozen_at)
        return self._wall() + float(self._store.get_meta("clock.offset") or 0)

    def advance(self, seconds: float) -> None:
        """Move the clock forward; it never goes back."""
        bounded(seconds, "seconds", 0, LATEST)
        bounded(self.now() + seconds, "the clock's new time", EARLIEST, LATEST)
        frozen_at = self._store.get_meta("clock.frozen_at")
        if frozen_at is not None:
            self._store.set_meta("clock.frozen_at", float(frozen_at) + seconds)
            return
        offset = float(self._store.get_meta("clock.offset") or 0)
        self._store.set_meta("clock.offset", offset + seconds)

    def freeze(self, at: float) -> None:
        """Stop the clock at a moment; from then on only ``advance`` moves it.

        Args:
            at: the moment, in seconds since 1970.
        """
        bounded(at, "the clock's new time", EARLIEST, LATEST)
        self._store.set_meta("clock.frozen_at", at)

    def begin(self, at: float) -> None:
        """Freeze at a moment, now and again after each reset."""
        self.freeze(at)
        self._store.set_meta("clock.begins_at", at)

    def run(self) -> None:
        """Let the clock run again from where it is."""
        offset = self.now() - self._wall()
        self._store.set_meta("clock.offset", offset)
        self._store.set_meta("clock.frozen_at", None)

    def reset(self) -> None:
        """Freeze at the moment of ``begin``, or show wall time again."""
        self._store.set_meta("clock.offset", 0)
        self._store.set_meta("clock.frozen_at", self._store.get_meta("clock.begins_at"))


def iso(seconds: float) -> str:
    """A time with microseconds: 2026-01-31T12:00:00.000000Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def shortest(seconds: float) -> str:
    """A time as ARM writes it: as many digits as it needs, at most seven (2026-01-31T12:00:00.5Z).

    The clock itself has microseconds.
    """
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0")
    return f"{text.removesuffix('.')}Z"


def whole_seconds(seconds: float) -> str:
    """A time to the second: 2026-01-31T12:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compact(seconds: float) -> str:
    """A time as ids of requests have it: 20260131T120000Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def parse_iso(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 time, UTC if it names no zone; else ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
