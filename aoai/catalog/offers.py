"""What the service lists of a model for one account, and how the catalogue differs from it.

The service's answer wins: dates move, and regions and methods are added.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aoai.catalog.catalog import Catalog
from aoai.catalog.schema import BaseModel, Stage
from aoai.catalog.support import page

STAGES: dict[str, Stage] = {
    "preview": "Preview",
    "generallyavailable": "GenerallyAvailable",
    "stable": "GenerallyAvailable",
    "legacy": "Legacy",
    "deprecating": "Deprecated",
    "deprecated": "Retired",
}
"""The documentation's name of a stage, by ``lifecycleStatus`` of the Models API in lower case.

The API's ``Deprecated`` is retired; a deprecated model is ``Deprecating`` there. Source: Foundry
Models lifecycle and support policy, 2026-10-05.
"""


@dataclass(frozen=True, slots=True)
class OfferedSku:
    """A SKU that the service offers a model with.

    Attributes:
        name: as ARM writes it.
        usage_name: the quota that its deployments count against, such as
            ``OpenAI.GlobalStandard.gpt-4.1-mini``; empty if it is not known.
        ends: its ``deprecationDate``.
        default: capacity that is proposed.
        maximum: capacity that one deployment may have.
    """

    name: str
    usage_name: str = ""
    ends: datetime.date | None = None
    default: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of the models that an account, or a region, lists.

    Attributes:
        name: ``gpt-4.1-mini``, or the whole name of a fine-tuned model.
        version: ``2025-04-14``.
        format: ``model.format`` of its deployments.
        base: name of the base model of a fine-tuned model; empty for a base model.
        lifecycle_status: as the service writes it.
        fine_tune: it can be trained in this region; False where it is not listed.
        global_fine_tune: it can be trained globally from this region; False where it is not listed.
        training_ends: ``deprecation.fineTune``.
        inference_ends: ``deprecation.inference``.
        example_tokens: tokens that one training example may have.
        skus: how it can be deployed.
    """

    name: str
    version: str = ""
    format: str = ""
    base: str = ""
    lifecycle_status: str = ""
    fine_tune: bool = False
    global_fine_tune: bool = False
    training_ends: datetime.date | None = None
    inference_ends: datetime.date | None = None
    example_tokens: int | None = None
    skus: tuple[OfferedSku, ...] = ()

    @property
    def stage(self) -> Stage | None:
        """The documentation's name for the lifecycle stage; None for a word that is new."""
        return STAGES.get(self.lifecycle_status.lower())

    @property
    def trains(self) -> bool:
        """Whether the service lists it as one that can be trained from here."""
        return self.fine_tune or self.global_fine_tune

    def is_for(self, model: BaseModel) -> bool:
        """Whether this is the row of a base model."""
        if self.base or self.name.lower() != model.name.lower():
            return False
        version = model.version or (model.arm.version if model.arm else None)
        return version is None or version == self.version


def offer_of(offers: Iterable[Offer], model: BaseModel) -> Offer | None:
    """The row of a base model among those of an account; None if it is not listed."""
    return next((offer for offer in offers if offer.is_for(model)), None)


def arm_format_of(offers: Iterable[Offer], name: str) -> str | None:
    """``model.format`` of a base or fine-tuned model that an account lists; None if it does not."""
    return next((o.format for o in offers if o.name.lower() == name.lower() and o.format), None)


def differences(catalog: Catalog, offers: Iterable[Offer], region: str) -> Iterator[str]:
    """The differences between an account's models and the catalogue, a sentence each.

    Args:
        catalog: what the offers are compared with.
        offers: the account's models.
        region: of the account.
    """
    rows = [offer for offer in offers if not offer.base]
    for model in catalog.models:
        offer = offer_of(rows, model)
        if offer is None:
            if _should_train(model, region):
                yield f"{model.canonical_name}: the account does not list it"
            continue
        yield from (
            f"{model.canonical_name}: {text}" for text in _differences(catalog, model, offer)
        )
    for offer in rows:
        known = any(offer.is_for(model) for model in catalog.models)
        if offer.trains and not known:
            version = f" {offer.version}" if offer.version else ""
            yield f"{offer.name}{version}: the account trains it, the catalogue does not have it"


def _should_train(model: BaseModel, region: str) -> bool:
    schedule, training = model.schedule, model.training
    retired = schedule is not None and schedule.stage == "Retired"
    return not retired and training is not None and region in training.regions


def _differences(catalog: Catalog, model: BaseModel, offer: Offer) -> Iterator[str]:
    schedule, arm, tokens = model.schedule, model.arm, model.limits.example_tokens
    if arm and offer.format and arm.format != offer.format:
        yield f"format {offer.format!r}, {arm.format!r} in the catalogue"
    if schedule is not None:
        source = page(catalog, schedule.source)
        dates = (
            ("training ends", offer.training_ends, schedule.training or schedule.base),
            ("inference of the base model ends", offer.inference_ends, schedule.base),
        )
        for what, theirs, ours in dates:
            if theirs is not None and ours is not None and theirs != ours:
                yield f"{what} on {theirs}, {ours} in the catalogue ({source})"
        if offer.stage not in (None, schedule.stage):
            yield f"stage {offer.stage}, {schedule.stage} in the catalogue ({source})"
    if offer.example_tokens is not None and tokens not in (None, offer.example_tokens):
        source = page(catalog, model.limits.source)
        yield f"{offer.example_tokens:,} tokens an example, {tokens:,} in the catalogue ({source})"
