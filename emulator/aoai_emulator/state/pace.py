"""How fast things that take time in Azure happen here: at once, by time, by polls, or by push."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aoai_emulator.state.bounds import bounded
from aoai_emulator.state.store import Store

_LONGEST: Final = 1e9
SUBJECTS: Final = ("files", "jobs", "deployments", "copies", "accounts", "evals")


@dataclass(frozen=True)
class Step:
    """One pace. ``amount`` is in seconds of the emulator's clock; for ``polls``, in GETs."""

    mode: str
    amount: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Step:
        """Read ``immediate``, ``time:20``, ``polls:3`` or ``manual``; else ValueError."""
        mode, _, amount = text.partition(":")
        if mode in ("immediate", "manual") and not amount:
            return cls(mode)
        if mode in ("time", "polls") and amount and float(amount) > 0:
            return cls(mode, bounded(amount, "pace", 0, _LONGEST))
        raise ValueError(f"pace {text!r} is none of: immediate, time:SECONDS, polls:NUMBER, manual")

    def __str__(self) -> str:
        return f"{self.mode}:{self.amount:g}" if self.amount else self.mode

    def progress(self, reached: float, since: float, polls: int, now: float) -> float:
        """How far something is, 0 to 1.

        ``reached`` is what it had at ``since``, when it was started or resumed or pushed.
        """
        if self.mode == "immediate":
            return 1.0
        if self.mode == "time":
            return min(1.0, reached + max(0.0, now - since) / self.amount)
        if self.mode == "polls":
            return min(1.0, max(reached, polls / self.amount))
        return reached

    def moment(self, point: float, reached: float, since: float, now: float) -> float:
        """When ``point`` was reached: exact for a pace by time, else now."""
        if self.mode != "time":
            return now
        return min(now, since + max(0.0, point - reached) * self.amount)


_parsed = lru_cache(maxsize=64)(Step.parse)


class Pace:
    """The pace of each subject (files, jobs, deployments, copies, accounts), kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, subject: str) -> Step:
        """The pace of a subject; immediate unless it was set."""
        return _parsed(self._store.get_meta(f"pace.{subject}") or "immediate")

    def set(self, text: str, subject: str | None = None) -> None:
        """Set one subject, or all; ``jobs=time:20,deployments=time:2`` sets several."""
        for part in text.split(","):
            name, found, value = part.rpartition("=")
            for each in [name] if found else [subject] if subject else SUBJECTS:
                if each not in SUBJECTS:
                    raise ValueError(f"pace of {each!r}: the subjects are {', '.join(SUBJECTS)}")
                self._store.set_meta(f"pace.{each}", str(Step.parse(value)))

    def shown(self) -> dict[str, str]:
        """Every subject with its pace."""
        return {subject: str(self.of(subject)) for subject in SUBJECTS}
