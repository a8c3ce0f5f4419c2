"""What a training will cost: epochs times tokens times price, before anything is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aoai.dataset.tokens.tokenizer import family_of

PRICES: Mapping[str, float] = MappingProxyType(
    {
        "gpt-4o-mini": 3.30,
        "gpt-4o": 27.50,
        "gpt-4.1": 27.50,
        "gpt-4.1-mini": 5.50,
        "gpt-4.1-nano": 1.65,
    }
)
"""USD for a million training tokens, Standard training, by model family.

Public list prices of 2025, to tell a cent from a thousand dollars. Today's are on Azure's pricing
page, and a stack can bring its own table.
"""

FACTORS: Mapping[str, float] = MappingProxyType(
    {"standard": 1.0, "globalstandard": 1 / 1.1, "developer": 0.5 / 1.1}
)
"""Price of a training type relative to Standard.

Page "Fine-tuning cost management": global 10 to 30 % below regional, developer 50 % below global.
"""

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
    prices: Mapping[str, float] = PRICES,
) -> TrainingCost | None:
    """The cost of a supervised or preference training; None if the model has no known price.

    Args:
        tokens: of the training file, once through.
        epochs: passes over the file.
        model: base model, such as ``gpt-4.1-mini-2025-04-14``.
        training_type: ``Standard``, ``GlobalStandard`` or ``Developer``.
        prices: USD for a million tokens of Standard training, by model family.
    """
    family = family_of(model, prices)
    factor = FACTORS.get(training_type.lower())
    if family is None or factor is None:
        return None
    price = prices[family] * factor
    return TrainingCost(tokens * epochs, epochs, price, tokens * epochs * price / 1_000_000)
