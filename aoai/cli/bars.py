"""A row of blocks in place of a curve, where only text can be shown."""

from __future__ import annotations

from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"


def bars(values: Sequence[float]) -> str:
    """A block for each value, from the lowest to the highest; all low if they are equal."""
    if not values:
        return ""
    low, high = min(values), max(values)
    size = high - low or 1.0
    return "".join(_BLOCKS[round((value - low) / size * (len(_BLOCKS) - 1))] for value in values)
