"""For how long a deployment has been idle, and whether what was read of it can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aoai_policies.facts import Deployment
from aoai_policies.values import UNKNOWN

REMOVED_AFTER: Final = timedelta(days=15)
FRESH_FOR: Final = timedelta(hours=24)
"""How old a reading may be: a nightly run reads Monitor's figures once a day."""
CLOCKS_AGREE: Final = timedelta(hours=1)
"""How far ahead a reading may be; an hour is also Monitor's grain."""


@dataclass(frozen=True)
class Idleness:
    """What is known of a deployment's use.

    Attributes:
        idle: for how long at the most; None if not even its age is known.
        last_used: the last call, or when it was made.
        fresh: whether the reading is of the last day.
        from_future: whether it was made after what this clock takes for now.
        certain: whether it was idle that long when it was read.
    """

    idle: timedelta | None
    last_used: datetime | None
    fresh: bool
    from_future: bool
    certain: bool


def idleness(deployment: Deployment, now: datetime) -> Idleness:
    """What is known of a deployment's use, by the clock here and the service's.

    An emulator's clock can be set ahead, so it is believed over this one; Azure's is right, so a
    reading from the future proves that the clock here is wrong, and how old it is is not known.
    """
    activity = deployment.activity
    readable = activity.last_inference_at is not UNKNOWN and not activity.unknown
    last_used = max(_known(deployment.created_at, activity.last_inference_at), default=None)
    # A deployment that was made a moment ago has not been read yet.
    readings = _known(activity.observed_at if readable else deployment.created_at)
    read_at = max(readings, default=None)
    trusted = deployment.account.is_emulated
    ahead = [moment for moment in (read_at, last_used) if moment and moment - now > CLOCKS_AGREE]
    from_future = bool(ahead) and not trusted
    fresh = read_at is not None and now - read_at <= FRESH_FOR and not from_future
    if last_used is None:
        return Idleness(None, None, fresh=False, from_future=from_future, certain=False)
    # At the worst nobody has called since the reading.
    idle = max(_known(now, last_used, activity.observed_at)) - last_used
    certain = readable and read_at is not None and (fresh or read_at - last_used >= idle)
    return Idleness(idle, last_used, fresh=fresh, from_future=from_future, certain=certain)


def _known(*moments: object) -> list[datetime]:
    return [moment for moment in moments if isinstance(moment, datetime)]
