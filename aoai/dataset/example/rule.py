"""What a rule for one example is."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem

CONVERSATIONS = ("chat", "preference", "reinforcement")
"""The formats whose examples have messages."""

ALL = (*CONVERSATIONS, "completion")


class PlainLines(enum.Enum):
    """Whether a line that the fast path accepts can break a rule.

    The fast path (``inspection/fast_path.py``) accepts a line without looking at the rules.
    ``tests/unit/dataset/rules/test_plain_lines.py`` proves what a rule declares.
    """

    NEVER = "never"
    """None can: what the rule forbids, the fast path refuses."""

    SAMPLED = "sampled"
    """One can, and the rule is then applied to the first lines and to a sample of the others. For
    warnings only: looking in every line would take as long as all the rest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for one example.

    Attributes:
        check: what is wrong with an example.
        formats: those whose examples it is applied to.
        plain_lines: whether a line that the fast path accepts can break it.
        basic: whether it is applied before the others, whose findings may follow from its own.
    """

    check: Callable[[Example], Iterator[Problem]]
    formats: tuple[str, ...] = CONVERSATIONS
    plain_lines: PlainLines = PlainLines.NEVER
    basic: bool = False
