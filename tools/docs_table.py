"""Markdown tables for the generated parts of the docs."""

from __future__ import annotations

from collections.abc import Iterable


def table(*rows: Iterable[str]) -> str:
    """A Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    columns = lines[0].count(" | ") + 1
    return "\n".join([lines[0], "|" + "---|" * columns, *lines[1:]])
