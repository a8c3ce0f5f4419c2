"""Make a thing that has no idempotency key: look first, and look again before repeating.

A thing is recognised by what the service echoes of it, such as its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aoai.azure.http.retrying import Attempts, RetryPolicy
from aoai.errors import AoaiError, Conflict, ResponseUnknown, ServiceFailed, Throttled

Made = TypeVar("Made")


@dataclass(frozen=True)
class LookupSchedule:
    """How long to look for what may have been made, before making it again.

    Attributes:
        pauses: seconds before each look; a list may lag behind the service's own acceptance.
        rounds: how often at most to try to make it.
    """

    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    rounds: int = 4


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
        except (ResponseUnknown, ServiceFailed, Conflict) as error:
            doubt = error
            failed += 1
        if found := search(look, retry_policy, schedule, doubt):
            return found
        if failed == schedule.rounds:
            raise _final(doubt)


def _final(doubt: AoaiError) -> AoaiError:
    """The last doubt; whoever reads that nobody knows what was done is told what to do."""
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
        ResponseUnknown: looking failed; it says so, and what the doubt was.
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
