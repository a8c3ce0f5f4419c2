"""What a rule finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["advisory", "mandatory"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do about it.

    Attributes:
        subject: URN of the resource; empty for the stack.
        message: what is wrong with which resource, and what to do.
        level: whether it fails the check.
        unknown: for a rule about inputs, the property that cannot be known yet, if that is all
            that is wrong: before the resource is made the rule is run again.
    """

    subject: str
    message: str
    level: Level = "mandatory"
    unknown: str = ""


def name_of(subject: str) -> str:
    """The name of a resource: the logical one in a URN, the last part of an ARM id."""
    return subject.rpartition("::" if "::" in subject else "/")[2]
