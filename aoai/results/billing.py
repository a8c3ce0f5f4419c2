"""What a job was billed: read off its last event, and priced by the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from aoai.catalog import Catalog, training_hour_price, training_price

_BILLED = re.compile(r"Training (tokens|hours) billed: ([0-9][0-9,]*(?:\.[0-9]+)?)\b")
_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Billed:
    """What the service billed for one training.

    Attributes:
        tokens: training tokens, in whole thousands as the service rounds them down; None if it
            billed hours, or gives no number.
        hours: hours of training, as the service billed in 2024 and bills reinforcement.
        usd: list price of that; None if the catalogue has none. Without the tokens of a model that
            grades, and without a discount.
    """

    tokens: int | None = None
    hours: float | None = None
    usd: float | None = None


def billed(
    messages: Iterable[str],
    catalog: Catalog,
    *,
    model: str,
    training_type: str = "",
) -> Billed | None:
    """What a job was billed, by its events; None if none of them has it.

    Args:
        messages: of its events.
        catalog: where prices are.
        model: what was trained from.
        training_type: as the service echoes it; ``Standard`` if it echoes none.
    """
    kind = _training_type(training_type)
    for unit, amount in (found.groups() for m in messages if (found := _BILLED.search(m))):
        count = float(amount.replace(",", ""))
        if unit == "hours":
            price = training_hour_price(catalog, model, kind)
            return Billed(hours=count, usd=None if price is None else _cents(count * price.usd))
        price = training_price(catalog, model, kind)
        usd = None if price is None else _cents(count * price.usd / _MILLION)
        return Billed(tokens=int(count), usd=usd)
    return None


def _training_type(echoed: str) -> str:
    """``developerTier`` and ``globalStandard`` as the catalogue writes them."""
    plain = echoed.lower()
    return "Developer" if plain == "developertier" else echoed or "Standard"


def _cents(usd: float) -> float:
    """Hundredths of a cent: a training of some thousand tokens costs less than a cent."""
    return round(usd, 4)
