"""What a training will cost: epochs times tokens times price, before anything is submitted."""

from __future__ import annotations

from dataclasses import dataclass

from aoai.catalog import Catalog, built_in
from aoai.catalog import training_price as price_of

# OpenAI's cookbook, "Data preparation and analysis for chat model fine-tuning". Azure says only
# that its defaults depend on the data.
_EPOCHS = 3
_FEWEST_SEEN, _MOST_SEEN = 100, 25_000  # examples seen over all epochs
_MOST_EPOCHS = 25


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """An estimate of what one training job costs; hosting the model comes on top.

    Attributes:
        tokens: billed tokens, over all epochs.
        epochs: passes over the file.
        price: USD for a million tokens.
        total: USD.
    """

    tokens: int
    epochs: int
    price: float
    total: float


def default_epochs(examples: int) -> int:
    """The epochs that the service is likely to choose for a file of so many examples."""
    if examples < 1:
        return _EPOCHS
    if examples * _EPOCHS < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // examples)
    if examples * _EPOCHS > _MOST_SEEN:
        return max(1, _MOST_SEEN // examples)
    return _EPOCHS


def training_cost(
    tokens: int,
    epochs: int,
    model: str,
    *,
    training_type: str = "Standard",
    catalog: Catalog | None = None,
) -> TrainingCost | None:
    """The cost of a supervised or preference training; None if the model has no known price.

    Args:
        tokens: of the training file, once through.
        epochs: passes over the file.
        model: base model, such as ``gpt-4.1-mini-2025-04-14``.
        training_type: ``Standard``, ``GlobalStandard`` or ``Developer``.
        catalog: where prices are; the built-in catalogue if not given.
    """
    price = price_of(catalog or built_in(), model, training_type)
    if price is None:
        return None
    return TrainingCost(tokens * epochs, epochs, price.usd, tokens * epochs * price.usd / 1_000_000)
