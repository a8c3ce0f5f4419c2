"""Prices of a model, from the first row of the catalogue that has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aoai.catalog.catalog import Catalog
from aoai.catalog.schema import Prices, TokenPrices, training_type_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Price:
    """A price and the row it is from.

    Attributes:
        usd: US dollars for the unit.
        source: key of its source; empty for a price of the stack's own.
    """

    usd: float
    source: str


def training_price(catalog: Catalog, model: str, training_type: str = "Standard") -> Price | None:
    """USD for a million training tokens; None if it is not known.

    Args:
        catalog: where to look.
        model: base or fine-tuned model; of a snapshot that is not there, its family's price.
        training_type: ``Standard``, ``DataZone``, ``GlobalStandard`` or ``Developer``.
    """
    kind = training_type_of(training_type) or training_type
    return _price(catalog, model, lambda row: _get(row.training, kind))


def priced_types(catalog: Catalog, model: str) -> list[str]:
    """The training types that the model has a price for."""
    row = catalog.find(model)
    found = (kind for prices in (row.prices if row else ()) for kind in prices.training)
    return list(dict.fromkeys(found))


def training_hour_price(
    catalog: Catalog, model: str, training_type: str = "Standard"
) -> Price | None:
    """USD for an hour of reinforcement training; None if it is not known."""
    kind = training_type_of(training_type) or training_type
    return _price(catalog, model, lambda row: _get(row.training_hour, kind))


def training_pause(catalog: Catalog, model: str) -> Price | None:
    """USD at which the service pauses one reinforcement job; None if it is not known."""
    return _price(catalog, model, lambda row: row.training_pause)


def hosting_price(catalog: Catalog, model: str, sku: str) -> Price | None:
    """USD for an hour of a deployment of the fine-tuned model; None if it is not known."""
    return _price(catalog, model, lambda row: _get(row.hosting, sku))


def inference_prices(catalog: Catalog, model: str, sku: str) -> tuple[TokenPrices, str] | None:
    """USD for a million tokens in and out, and their source; None if they are not known."""
    return _first(catalog, model, lambda row: _get(row.inference, sku))


def _price(catalog: Catalog, model: str, read: Callable[[Prices], float | None]) -> Price | None:
    found = _first(catalog, model, read)
    return Price(*found) if found else None


def _first(
    catalog: Catalog, model: str, read: Callable[[Prices], T | None]
) -> tuple[T, str] | None:
    row = catalog.find(model)
    for prices in row.prices if row else ():
        value = read(prices)
        if value is not None:
            return value, prices.source
    return None


def _get(table: Mapping[str, T], name: str) -> T | None:
    return next((value for key, value in table.items() if key.lower() == name.lower()), None)
