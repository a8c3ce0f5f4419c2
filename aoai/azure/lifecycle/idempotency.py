"""Make a thing that has no idempotency key: look first, and look again before repeating.

A thing is recognised by what the service echoes of it, such as its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from aoai.azure.http.retrying import Attempts, RetryPolicy
from aoai.errors import (
    AoaiError,
    ConfigurationError,
    Conflict,
    ResponseUnknown,
    ServiceFailed,
    Throttled,
)

Made = TypeVar("Made")


LOOKUP_SECONDS = "AOAI_LOOKUP_SECONDS"
"""Environment variable: how long to look for what may have been made, before making it again."""

_LONGEST_PAUSE = 30.0
_AFTER_THROTTLING = 5  # looks after a 429, which seldom hides something that was made


@dataclass(frozen=True)
class LookupSchedule:
    """How long to look for what may have been made, before making it again.

    Attributes:
        pauses: seconds before each look.
        rounds: how often at most to try to make it.
    """

    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
    rounds: int = 4

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> LookupSchedule:
        """The schedule that ``AOAI_LOOKUP_SECONDS`` asks for.

        Raises:
            ConfigurationError: it is not a number of seconds between 1 and 3600.
        """
        given = environment.get(LOOKUP_SECONDS, "").strip()
        if not given:
            return cls()
        if not given.isdigit() or not 1 <= int(given) <= _MOST_SECONDS:
            raise ConfigurationError(f"{LOOKUP_SECONDS} must be 1 to {_MOST_SECONDS} seconds")
        return cls(pauses=tuple(_pauses(float(given))))

    def after_throttling(self) -> LookupSchedule:
        """The shorter schedule for a request that was most likely turned away."""
        return replace(self, pauses=self.pauses[:_AFTER_THROTTLING])


_MOST_SECONDS = 3600


def _pauses(seconds: float) -> Iterator[float]:
    """1, 2, 4… up to half a minute each, ``seconds`` in all."""
    left, pause = seconds, 1.0
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def get_or_create(
    look: Callable[[], Made | None],
    make: Callable[[], Made],
    retry_policy: RetryPolicy,
    schedule: LookupSchedule,
) -> Made:
    """What an earlier run made, or else a new one; raises what looking and making raise."""
    return look() or create_once(look, make, retry_policy, schedule)


def create_once(
    look: Callable[[], Made | None],
    make: Callable[[], Made],
    retry_policy: RetryPolicy,
    schedule: LookupSchedule,
) -> Made:
    """Make it; whenever it is in doubt whether that was done, look before making it again.

    Raises:
        ResponseUnknown: it may have been made, and looking failed too.
        AoaiError: what ``make`` raises, if it is sure or stays so.
    """
    throttled = Attempts(retry_policy)
    failed = 0
    while True:
        try:
            return make()
        except Throttled as error:
            if not throttled.wait(error.retry_after):
                raise
            doubt: AoaiError = error
            lookup = schedule.after_throttling()
        except (ResponseUnknown, ServiceFailed, Conflict) as error:
            doubt = error
            lookup = schedule
            failed += 1
        if found := search(look, retry_policy, lookup, doubt):
            return found
        if failed == schedule.rounds:
            raise _final(doubt)


def _final(doubt: AoaiError) -> AoaiError:
    """The last doubt; the user learns what to do."""
    if isinstance(doubt, ResponseUnknown):
        return ResponseUnknown(f"{doubt} Run again: it is looked for first.")
    return doubt


def search(
    look: Callable[[], Made | None],
    retry_policy: RetryPolicy,
    schedule: LookupSchedule,
    doubt: AoaiError,
) -> Made | None:
    """Look several times for what may have been made, or None if it is not there.

    Raises:
        ResponseUnknown: looking failed; the message has both reasons.
    """
    for pause in schedule.pauses:
        retry_policy.sleep(pause)
        try:
            found = look()
        except AoaiError as error:
            problem = f"{doubt} Looking for it failed too: {error} Run again: it is looked for."
        else:
            if found:
                return found
            continue
        raise ResponseUnknown(problem)
    return None
