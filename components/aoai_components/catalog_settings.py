"""What a stack states of base models itself: ``prices`` and ``catalog``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from aoai.catalog import BaseModel, Catalog, merged_entry, with_overrides, with_prices
from aoai.conversion import convert
from aoai_components.config_errors import faults

_MOST = 1e6
"""USD for a million tokens beyond which a price is a slip."""


def read_catalog(config: Mapping[str, Any], problems: list[str]) -> Catalog:
    """The catalogue of base models with the stack's entries and prices; what is wrong is noted."""
    prices = _read_prices(config.get("prices"), problems)
    raw = config.get("catalog")
    if raw is not None and not isinstance(raw, Mapping):
        problems.append("catalog: a map from base models to what is known of them is expected")
        raw = None
    found = list(_entry_faults(raw or {}))
    problems += found
    return with_prices(prices, with_overrides({} if found else raw or {}))


def _entry_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the stack's own entries, each with its key."""
    for name, entry in raw.items():
        if isinstance(entry, Mapping):
            yield from faults(f"catalog.{name}", merged_entry(name, entry), BaseModel)
        else:
            yield f"catalog.{name}: write a map of fields, such as {{arm: {{format: OpenAI}}}}"


def _read_prices(raw: Any, problems: list[str]) -> dict[str, float]:
    """USD for a million training tokens, by model family; they replace those that are built in."""
    kind = dict[str, Annotated[float, msgspec.Meta(gt=0, le=_MOST)]]
    given = {} if raw is None else raw
    found = list(faults("prices", given, kind))
    problems += found
    return {} if found else convert(given, kind, strict=False)
