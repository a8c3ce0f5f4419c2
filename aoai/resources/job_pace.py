"""How long to wait between two polls of a job."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST = 5.0
"""Shortest seconds between two polls, unless a stack sets `pollInterval`."""

_SHARE = 20
"""A look is late by a twentieth of the wait so far at most."""

_NEAR = 4
"""Looks come closer together towards the estimated end: a quarter of what is left each time."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds between two polls: few at first and near the estimated end, more in between.

    Attributes:
        shortest: the pause at first, and near the estimated end.
        longest: the pause in a training of hours.
    """

    shortest: float = SHORTEST
    longest: float = 180.0

    def pause(self, waited: float, remaining: float | None = None) -> float:
        """Seconds until the next look.

        Args:
            waited: seconds since the wait began.
            remaining: seconds until the estimated end, below 0 after it; None if the service gives
                none. It depends on this machine's clock, so it decides nothing but the pace.
        """
        pause = waited / _SHARE
        if remaining is not None:
            pause = min(pause, abs(remaining) / _NEAR)
        return max(min(pause, self.longest), self.shortest)
