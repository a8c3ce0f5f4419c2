"""What a training will cost: epochs times tokens times price, before anything is submitted."""

from __future__ import annotations

from dataclasses import dataclass

from aoai.catalog import Catalog, built_in, estimate_training

# OpenAI's cookbook, "Data preparation and analysis for chat model fine-tuning". Azure states
# only that its defaults depend on the data.
_EPOCHS = 3
_FEWEST_SEEN, _MOST_SEEN = 100, 25_000  # examples seen over all epochs
_MOST_EPOCHS = 25


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """An estimate of what one training job costs; hosting the model comes on top.

    Attributes:
        tokens: billed tokens, over all epochs, without images.
        epochs: passes over the file.
        price: USD for a million tokens.
        total: USD, without images.
        most: USD, the most that it can be with images.
    """

    tokens: int
    epochs: int
    price: float
    total: float
    most: float


def default_epochs(examples: int) -> int:
    """The epochs that the service is likely to choose for a number of examples."""
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
    images: int = 0,
    file_bytes: int = 0,
    catalog: Catalog | None = None,
) -> TrainingCost | None:
    """The cost of a supervised or preference training; None if the model has no known price.

    Args:
        tokens: of the training file, once through.
        epochs: passes over the file.
        model: base model, such as ``gpt-4.1-mini-2025-04-14``.
        training_type: ``Standard``, ``GlobalStandard`` or ``Developer``.
        images: images in the file.
        file_bytes: size of the file.
        catalog: where prices are; the built-in catalogue if not given.
    """
    estimate = estimate_training(
        catalog or built_in(),
        model,
        tokens=tokens,
        epochs=epochs,
        training_type=training_type,
        images=images,
        file_bytes=file_bytes,
    )
    if estimate.amount is None or estimate.price is None:
        return None
    amount = estimate.amount
    return TrainingCost(tokens * epochs, epochs, estimate.price.usd, amount.low, amount.high)
