"""Make a thing that has no idempotency key: look first, and look again before repeating.

A thing is recognised by what the service echoes of it, such as its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aoai.azure.pacing import Pacing, Tries
from aoai.errors import AoaiError, Conflict, ResponseUnknown, ServiceFailed, Throttled

Made = TypeVar("Made")


@dataclass(frozen=True)
class Grace:
    """How long to look for what may have been made, before making it again.

    Attributes:
        pauses: seconds before each look; a list may lag behind the service's own acceptance.
        rounds: how often at most to try to make it.
    """

    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    rounds: int = 4


def look_or_make(
    look: Callable[[], Made | None],
    make: Callable[[], Made],
    pacing: Pacing,
    grace: Grace,
) -> Made:
    """What an earlier run made, or else a new one; raises what looking and making raise."""
    return look() or make_surely(look, make, pacing, grace)


def make_surely(
    look: Callable[[], Made | None],
    make: Callable[[], Made],
    pacing: Pacing,
    grace: Grace,
) -> Made:
    """Make it; whenever it is in doubt whether that was done, look before making it again.

    Raises:
        ResponseUnknown: it may have been made, and looking failed too.
        AoaiError: what ``make`` raises, if it is sure or stays so.
    """
    throttled = Tries(pacing)
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
        if found := search(look, pacing, grace, doubt):
            return found
        if failed == grace.rounds:
            raise _final(doubt)


def _final(doubt: AoaiError) -> AoaiError:
    """The last doubt; whoever reads that nobody knows what was done is told what to do."""
    if isinstance(doubt, ResponseUnknown):
        return ResponseUnknown(f"{doubt} Run again: it is looked for first.")
    return doubt


def search(
    look: Callable[[], Made | None],
    pacing: Pacing,
    grace: Grace,
    doubt: AoaiError,
) -> Made | None:
    """Look several times for what may have been made, or None if it is not there.

    Raises:
        ResponseUnknown: looking failed; it says so, and what the doubt was.
    """
    for pause in grace.pauses:
        pacing.sleep(pause)
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
