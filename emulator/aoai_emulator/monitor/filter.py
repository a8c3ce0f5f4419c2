"""Monitor's $filter: ``Name eq 'value'``, ``and``, and ``or`` within one dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aoai_emulator.state.errors import Refused

_TERM = re.compile(r"\s*\(*\s*(\w+)\s+(eq|ne|sw)\s+'((?:[^']|'')*)'\s*\)*\s*", re.IGNORECASE)
_JOIN = re.compile(r"(and|or)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """One comparison; the name is lower-cased, ``*`` as a value takes every one."""

    name: str
    operator: str
    value: str

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether a row with these labels fits."""
        found = labels.get(self.name, "").lower()
        wanted = self.value.lower()
        if self.operator == "sw":
            return found.startswith(wanted)
        return wanted == "*" or (found == wanted) is (self.operator == "eq")


@dataclass(frozen=True)
class Filter:
    """Groups of alternatives: each group must have one term that fits."""

    groups: tuple[tuple[Term, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The dimensions that the filter speaks of, which are those the series are split by."""
        return tuple(dict.fromkeys(term.name for group in self.groups for term in group))

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether a row with these labels fits."""
        return all(any(term.takes(labels) for term in group) for group in self.groups)


def parse_filter(text: str | None) -> Filter:
    """Read a filter; a 400 when it is none, or joins two dimensions by ``or``."""
    if not text:
        return Filter()
    groups: list[list[Term]] = [[]]
    place = 0
    while True:
        match = _TERM.match(text, place)
        if match is None:
            raise Refused(400, "BadRequest", f"The filter is not valid at position {place}: {text}")
        name, operator, value = match.groups()
        groups[-1].append(Term(name.lower(), operator.lower(), value.replace("''", "'")))
        place = match.end()
        if place == len(text):
            break
        join = _JOIN.match(text, place)
        if join is None:
            raise Refused(400, "BadRequest", f"The filter is not valid at position {place}: {text}")
        if join.group().lower() == "and":
            groups.append([])
        place = join.end()
    if any(len({term.name for term in group}) > 1 for group in groups):
        raise Refused(400, "BadRequest", "'or' can only join values of one dimension.")
    return Filter(tuple(tuple(group) for group in groups))
