"""Names of regions as ids of ARM's lists write them."""

from __future__ import annotations

from typing import Final

_WORDS: Final = (
    "north",
    "south",
    "east",
    "west",
    "central",
    "australia",
    "brazil",
    "canada",
    "europe",
    "france",
    "germany",
    "india",
    "italy",
    "japan",
    "korea",
    "norway",
    "poland",
    "africa",
    "asia",
    "spain",
    "sweden",
    "switzerland",
    "uae",
    "uk",
    "us",
)
_CAPITALS: Final = ("uae", "uk", "us")


def camel_case(region: str) -> str:
    """``westeurope`` as ``WestEurope``, ``eastus2`` as ``EastUS2``, whatever the path's case."""
    left, parts = region.lower().replace(" ", ""), []
    while left:
        word = next((each for each in _WORDS if left.startswith(each)), left[0])
        parts.append(word.upper() if word in _CAPITALS else word.capitalize())
        left = left.removeprefix(word)
    return "".join(parts)
