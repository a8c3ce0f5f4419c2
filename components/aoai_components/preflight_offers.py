"""What the models that an account lists say of a stack's model."""

from __future__ import annotations

from collections.abc import Iterable

from aoai.azure.arm_names import name_key
from aoai.catalog import Offer, offer_of
from aoai_components.settings import Settings


def offer_for(
    settings: Settings, offers: Iterable[Offer], name: str, *, exact: bool = False
) -> Offer | None:
    """The row of a base model, by any name that the service or the catalogue has for it.

    Args:
        settings: the stack.
        offers: the models of an account.
        name: of the base model.
        exact: of a snapshot that the catalogue lacks, not the row of its family.
    """
    rows = list(offers)
    looked_up = settings.catalog.lookup(name)
    known = looked_up.model if looked_up.known or not exact else None
    if known is not None and (found := offer_of(rows, known)) is not None:
        return found
    return next((row for row in rows if name_key(name) in _names(row)), None)


def _names(offer: Offer) -> set[str]:
    return {name_key(offer.name), name_key(f"{offer.name}-{offer.version}")}
