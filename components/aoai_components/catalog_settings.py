"""What a stack states of base models itself: ``prices`` and ``catalog``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from aoai.catalog import Catalog, with_overrides, with_prices
from aoai.conversion import convert
from aoai.errors import ConfigurationError
from aoai_components.config_errors import faults


def read_catalog(config: Mapping[str, Any], problems: list[str]) -> Catalog:
    """The catalogue of base models with the stack's entries and prices; what is wrong is noted."""
    prices = _read_prices(config.get("prices"), problems)
    raw = config.get("catalog")
    if raw is not None and not isinstance(raw, Mapping):
        problems.append("catalog: a map from base models to what is known of them is expected")
        raw = None
    try:
        return with_prices(prices, with_overrides(raw or {}))
    except ConfigurationError as error:
        problems.append(f"catalog: {error}")
        return with_prices(prices)


def _read_prices(raw: Any, problems: list[str]) -> dict[str, float]:
    """USD for a million training tokens, by model family; they replace those that are built in."""
    kind = dict[str, Annotated[float, msgspec.Meta(gt=0)]]
    given = {} if raw is None else raw
    found = list(faults("prices", given, kind))
    problems += found
    return {} if found else convert(given, kind)
