"""Make a thing that has no idempotency key: look first, and look again before repeating.

A thing is recognised by what the service echoes of it, such as its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from aoai.azure.http.retrying import Attempts, RetryPolicy
from aoai.errors import (
    AoaiError,
    ApiError,
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
_FEW_LOOKS = 5  # after a 429, or the same refusal again: they seldom hide what was made
_SAME_REFUSALS = 3  # in a row: then it is believed


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

    def shorter(self) -> LookupSchedule:
        """The schedule for a request that was most likely turned away."""
        return replace(self, pauses=self.pauses[:_FEW_LOOKS])


_MOST_SECONDS = 3600


def _pauses(seconds: float) -> Iterator[float]:
    """1, 2, 4… up to half a minute each, ``seconds`` in all."""
    left, pause = seconds, 1.0
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)


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
    throttled, doubts = Attempts(retry_policy), _Doubts(schedule)
    while True:
        try:
            return make()
        except Throttled as error:
            if not throttled.wait(error.retry_after):
                raise
            doubt: AoaiError = error
            lookup = schedule.shorter()
        except (ResponseUnknown, ServiceFailed, Conflict) as error:
            doubt = error
            lookup = doubts.add(error)
        if found := search(look, retry_policy, lookup, doubt):
            return found
        if doubts.are_enough:
            raise doubts.final()


@dataclass
class _Doubts:
    """The attempts of which it is not sure whether they made anything.

    A 401 or a 409 may come from a proxy after the work was done. One that is answered the same way
    again, after the list was looked at for a long time, is what it seems to be.
    """

    schedule: LookupSchedule
    failed: list[AoaiError] = field(default_factory=list)
    refusals: list[ApiError] = field(default_factory=list)

    def add(self, error: AoaiError) -> LookupSchedule:
        """One more; returns how long to look for what it may have made."""
        self.failed.append(error)
        refusal = error.refusal if isinstance(error, ResponseUnknown) else error
        if not isinstance(refusal, ApiError) or isinstance(refusal, ServiceFailed):
            self.refusals.clear()
            return self.schedule
        if not self.refusals or _answer(self.refusals[-1]) != _answer(refusal):
            self.refusals = [refusal]
            return self.schedule
        self.refusals.append(refusal)
        return self.schedule.shorter()

    @property
    def are_enough(self) -> bool:
        """Whether it is not tried again."""
        same = len(self.refusals) == _SAME_REFUSALS
        return same or len(self.failed) == self.schedule.rounds

    def final(self) -> AoaiError:
        """The error that the user is shown."""
        if len(self.refusals) == _SAME_REFUSALS:
            return self.refusals[-1].advising(
                f"It was answered like this {_SAME_REFUSALS} times, and nothing was made."
            )
        last = self.failed[-1]
        if isinstance(last, ResponseUnknown):
            return ResponseUnknown(f"{last} Run again: it is looked for first.")
        return last


def _answer(refusal: ApiError) -> tuple[int, str]:
    return refusal.status, refusal.code


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
