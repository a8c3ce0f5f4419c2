"""Scripted faults: the next matching requests go wrong in a named way, before or after the work."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, fields
from typing import Any

from aoai_emulator.state.bounds import bounded, compiled

KINDS = (
    "status",
    "drop",
    "reset",
    "stall",
    "delay",
    "hold",
    "truncate",
    "garbage",
    "trickle",
)


@dataclass
class Fault:
    """One rule. It counts down ``times`` as requests match, after it let ``skip`` of them through.

    ``when`` is "before" (the work is not done) or "after" (only the answer goes wrong).
    """

    kind: str = "status"
    method: str | None = None
    path: str | None = None  # a regular expression, searched in the path
    when: str = "before"
    times: int = 1
    skip: int = 0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    seconds: float = 0.0
    name: str = ""
    _pattern: re.Pattern[str] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"fault kind {self.kind!r} is none of: {', '.join(KINDS)}")
        if self.when not in ("before", "after"):
            raise ValueError(f"fault when={self.when!r}: it is 'before' or 'after' the work")
        self._pattern = None if self.path is None else compiled(self.path, "path")
        self.times = int(bounded(self.times, "times", 1, 1_000_000))
        self.skip = int(bounded(self.skip, "skip", 0, 1_000_000))
        self.status = int(bounded(self.status, "status", 200, 599))
        self.seconds = bounded(self.seconds, "seconds", 0, 3600)
        if not all(isinstance(each, str) for pair in self.headers.items() for each in pair):
            raise ValueError("fault headers must map text to text")

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is about this request."""
        if self.times <= 0 or (self.method and self.method.upper() != method):
            return False
        return self._pattern is None or self._pattern.search(path) is not None


class Faults:
    """The rules in force, first come first served; kept in memory only."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._released = asyncio.Event()

    def add(self, rule: dict[str, Any]) -> None:
        """Add a rule from its JSON form; ValueError for an unknown field, kind or time."""
        known = {item.name for item in fields(Fault) if item.init}
        if unknown := set(rule) - known:
            raise ValueError(f"unknown fault fields {sorted(unknown)}; known are {sorted(known)}")
        self._rules.append(Fault(**rule))
        if self._rules[-1].kind == "hold":
            self._released = asyncio.Event()

    def take(self, method: str, path: str) -> Fault | None:
        """The rule for this request, counted down; None if none does."""
        for rule in self._rules:
            if not rule.matches(method, path):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.times -= 1
            self._rules = [each for each in self._rules if each.times > 0]
            return rule
        return None

    async def held(self) -> None:
        """Wait until the held requests are let go."""
        await self._released.wait()

    def release(self) -> None:
        """Let the held requests go on."""
        self._released.set()

    def clear(self) -> None:
        """Drop all rules, and let held requests go."""
        self._rules.clear()
        self.release()

    def shown(self) -> list[dict[str, Any]]:
        """The rules with what is left of them."""
        shown = [item.name for item in fields(Fault) if item.init]
        return [{name: getattr(rule, name) for name in shown} for rule in self._rules]
