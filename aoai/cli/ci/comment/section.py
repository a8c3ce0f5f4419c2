"""A section of the comment, and how many sections a code host takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from aoai.cli.markdown import plural

Row = TypeVar("Row")

ROWS = 20
"""Rows of one table."""


@dataclass(frozen=True)
class Section:
    """A part of the comment that is shown whole or not at all.

    Attributes:
        title: what it is called where it was left out.
        body: Markdown.
    """

    title: str
    body: str


def within(rows: Sequence[Row], most: int = ROWS, noun: str = "more") -> tuple[list[Row], str]:
    """The first rows, and a sentence about the rest; empty if there is none."""
    rest = len(rows) - most
    return list(rows[:most]), f"… and {rest:,} {noun}." if rest > 0 else ""


def fitted(head: str, sections: Sequence[Section], foot: str, limit: int, host: str) -> str:
    """Head, as many sections as fit, counted from the top, and foot.

    Args:
        head: is always shown.
        sections: the less important ones last.
        foot: is always shown.
        limit: characters that the code host takes.
        host: its name.
    """
    for kept in range(len(sections), -1, -1):
        left_out = _left_out(sections[kept:], limit, host)
        bodies = [section.body for section in sections[:kept]]
        text = "\n\n".join(part for part in (head, *bodies, left_out, foot) if part)
        if _length(text) <= limit:
            return text
    return head[: limit // 2]  # half: each character may be two units of UTF-16


def _length(text: str) -> int:
    """Characters as the strictest code host counts them: units of UTF-16, so two for an emoji."""
    return len(text.encode("utf-16-le")) // 2


def _left_out(sections: Sequence[Section], limit: int, host: str) -> str:
    if not sections:
        return ""
    names, more = within([section.title for section in sections], 10, "others")
    listed = "; ".join(names) + (f" {more}" if more else ".")
    count = plural(len(sections), "section")
    return f"**Left out: {count}, as a comment on {host} holds {limit:,} characters:** {listed}"
