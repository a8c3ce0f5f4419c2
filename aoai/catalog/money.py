"""What a training costs once and a deployment costs a month, from the catalogue's prices.

Source of the formulas: Azure docs, "Manage fine-tuning costs" (2026-10-05). Supervised and
preference training are tokens times epochs times price; reinforcement is hours times price, and the
tokens of a model that grades; a deployment is hosted by the hour, whether it is called or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aoai.catalog.catalog import Catalog
from aoai.catalog.pricing import (
    Price,
    hosting_price,
    training_hour_price,
    training_pause,
    training_price,
)

HOURS_A_MONTH = 730
"""As Azure's pricing calculator counts: 365 days, 24 hours, 12 months."""

BYTES_A_TOKEN = 4
"""Public bills of training with images lie between the text alone and the file's bytes by this."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Amount:
    """US dollars between two bounds, which are equal where the amount is one.

    Attributes:
        low: the least.
        high: the most.
    """

    low: float
    high: float

    @classmethod
    def of(cls, usd: float) -> Amount:
        """One amount."""
        return cls(usd, usd)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.low - other.high, self.high - other.low)

    def __str__(self) -> str:
        low, high = f"{self.low:,.2f}", f"{self.high:,.2f}"
        return low if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class TrainingEstimate:
    """What one job will cost.

    Attributes:
        amount: in USD; None if it cannot be known before the job ends, or has no price.
        price: for a million tokens, or for an hour; None if it is not known.
        by_the_hour: what the price is for.
        notes: sentences on what the amount leaves out.
    """

    amount: Amount | None
    price: Price | None
    by_the_hour: bool = False
    notes: tuple[str, ...] = ()


def estimate_training(
    catalog: Catalog,
    model: str,
    *,
    tokens: int,
    epochs: int,
    method: str = "supervised",
    training_type: str = "Standard",
    images: int = 0,
    file_bytes: int = 0,
) -> TrainingEstimate:
    """The cost of a job on one training file. Validation is not billed.

    Args:
        catalog: where prices are.
        model: base or fine-tuned model.
        tokens: billed tokens of the file, once through; of a preference pair its input with each
            of the two outputs.
        epochs: passes over the file.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        training_type: ``Standard``, ``DataZone``, ``GlobalStandard`` or ``Developer``.
        images: images in the file, whose tokens are not in ``tokens``.
        file_bytes: size of the file, for the most that its images can cost.
    """
    if method == "reinforcement":
        return _by_the_hour(catalog, model, training_type)
    price = training_price(catalog, model, training_type)
    if price is None:
        return TrainingEstimate(None, None, notes=("no price is known",))
    most = max(tokens, file_bytes // BYTES_A_TOKEN) if images else tokens
    bounds = (count * epochs * price.usd / _MILLION for count in (tokens, most))
    notes = (_image_note(images),) if images else ()
    return TrainingEstimate(Amount(*bounds), price, notes=notes)


def _by_the_hour(catalog: Catalog, model: str, training_type: str) -> TrainingEstimate:
    price = training_hour_price(catalog, model, training_type)
    if price is None:
        return TrainingEstimate(None, None, by_the_hour=True, notes=("no price is known",))
    notes = [f"{price.usd:,.2f} USD for each hour of training; no file shows how many it takes"]
    if pause := training_pause(catalog, model):
        notes.append(f"the service pauses the job at {pause.usd:,.2f} USD")
    notes.append("tokens of a model that grades are billed too")
    return TrainingEstimate(None, price, by_the_hour=True, notes=tuple(notes))


def _image_note(images: int) -> str:
    count = "1 image is" if images == 1 else f"{images:,} images are"
    return f"{count} not counted; the most is the file's bytes / {BYTES_A_TOKEN} as tokens"


@dataclass(frozen=True, slots=True)
class HostingEstimate:
    """What one deployment costs a month, without its calls.

    Attributes:
        amount: USD; None if it is not known.
        price: USD for an hour; None if it is not known.
        notes: sentences on what the amount leaves out.
    """

    amount: Amount | None
    price: Price | None
    notes: tuple[str, ...] = ()


def estimate_hosting(
    catalog: Catalog, model: str, sku: str, *, kind: Literal["fine-tuned", "base"] = "fine-tuned"
) -> HostingEstimate:
    """The cost of a deployment for a month of 730 hours.

    Args:
        catalog: where prices are.
        model: base or fine-tuned model.
        sku: of the deployment.
        kind: of the model that is deployed; a base model as it is costs nothing to host.
    """
    known = catalog.sku(sku)
    if known is not None and known.billing == "provisioned":
        return HostingEstimate(None, None, ("provisioned throughput is billed by its units",))
    if kind == "base" and known is not None:
        return HostingEstimate(Amount.of(0.0), None, ("billed by the tokens of its calls",))
    price = hosting_price(catalog, model, known.name if known else sku)
    if price is None:
        return HostingEstimate(None, None, ("no price is known",))
    developer = known is not None and known.name == "DeveloperTier"
    notes = ("the service deletes it after 24 hours",) if developer else ()
    return HostingEstimate(Amount.of(price.usd * HOURS_A_MONTH), price, notes)
