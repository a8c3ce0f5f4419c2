"""What each deployment has taken of its rate limits, by second, in memory only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 60


@dataclass
class _Taken:
    requests: int = 0
    tokens: int = 0


class RateWindows:
    """Requests and tokens of the last minute of the emulator's clock, by deployment."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[int, _Taken]] = defaultdict(dict)

    def add(self, key: str, at: float, tokens: int) -> None:
        """Count a request."""
        seconds = self._seconds[key]
        for old in [second for second in seconds if second <= at - _LONGEST]:
            del seconds[old]
        taken = seconds.setdefault(int(at), _Taken())
        taken.requests += 1
        taken.tokens += tokens

    def requests(self, key: str, at: float, period: int) -> int:
        """The requests of the last ``period`` seconds."""
        return sum(each.requests for each in self._within(key, at, period))

    def tokens(self, key: str, at: float, period: int) -> int:
        """The tokens of the last ``period`` seconds."""
        return sum(each.tokens for each in self._within(key, at, period))

    def wait(self, key: str, at: float, period: int) -> int:
        """Seconds until the oldest request of the period leaves it; 0 when there is none."""
        inside = [second for second in self._seconds.get(key, {}) if at - period < second <= at]
        return max(1, int(min(inside) + period - at)) if inside else 0

    def clear(self) -> None:
        """Forget all."""
        self._seconds.clear()

    def _within(self, key: str, at: float, period: int) -> list[_Taken]:
        taken = self._seconds.get(key, {})
        return [each for second, each in taken.items() if at - period < second <= at]
