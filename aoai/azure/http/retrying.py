"""How long to wait between attempts, and how many; every clock, sleep and random number."""

from __future__ import annotations

import math
import random as _random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRY_AFTER_LIMIT = 120.0  # seconds; a service that asks for more is asked again after this
_FIRST_PAUSE = 0.5  # seconds
_LONGEST_PAUSE = 20.0  # seconds
_FIRST_YEAR, _LAST_YEAR = 1970, 9000  # what is added to a date still is one
_LAST_DOUBLING = 10  # later attempts wait no longer: 2**10 is far above the longest pause


@dataclass(frozen=True)
class Timeouts:
    """Seconds to connect, until the next byte comes, and for a whole answer."""

    connect: float = 10.0
    read: float = 60.0
    answer: float = 120.0


@dataclass(frozen=True)
class RetryPolicy:
    """Time and chance, as injected.

    Attributes:
        sleep: waits for seconds.
        clock: a monotonic clock in seconds; wall clocks are stepped and skewed.
        random: a number from 0 up to 1.
        now: the time of day, UTC; no more than a first guess, the service's own clock counts.
        budget: seconds that one request may take with all its attempts.
    """

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = _random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    budget: float = 180.0
    timeouts: Timeouts = field(default_factory=Timeouts)

    def pause(self, attempt: int, retry_after: float | None) -> float:
        """Seconds before the next attempt: full jitter, on top of what the service asked for."""
        ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(attempt, _LAST_DOUBLING))
        jitter = self.random() * ceiling
        return jitter if retry_after is None else min(retry_after, RETRY_AFTER_LIMIT) + jitter


class Attempts:
    """Counts the attempts of one request and waits between them, within its budget."""

    def __init__(self, retry_policy: RetryPolicy) -> None:
        self._retry_policy = retry_policy
        self._deadline = retry_policy.clock() + retry_policy.budget
        self._count = 0

    def wait(self, asked: float | None) -> bool:
        """Wait for the next attempt, at least ``asked`` seconds; False if the budget is spent."""
        left = self._deadline - self._retry_policy.clock()
        if left <= 0:
            return False
        self._retry_policy.sleep(min(self._retry_policy.pause(self._count, asked), left))
        self._count += 1
        return True


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait, or None if it asks nothing that can be understood.

    A date is read against the server's own ``Date``: the clock here may be wrong.
    """
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        milliseconds = _seconds(headers.get(name, ""))
        if milliseconds is not None:
            return milliseconds / 1000
    asked = headers.get("Retry-After", "").strip()
    seconds = _seconds(asked)
    return _until(asked, headers.get("Date", "")) if seconds is None else seconds


def http_date(value: str) -> datetime | None:
    """The moment that an HTTP date names, UTC; None if it is none, or of a year beyond reason."""
    try:
        moment = parsedate_to_datetime(value)
        utc = moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return utc if utc and _FIRST_YEAR <= utc.year <= _LAST_YEAR else None


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(asked: str, date: str) -> float | None:
    then, now = http_date(asked), http_date(date)
    return max(0.0, (then - now).total_seconds()) if then and now else None
