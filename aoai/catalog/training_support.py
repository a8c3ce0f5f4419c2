"""Whether a model can be trained by a method, as a type, in a region, on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aoai.catalog.catalog import Catalog
from aoai.catalog.names import first_word
from aoai.catalog.offers import Offer
from aoai.catalog.schema import TRAINING_TYPES, BaseModel, Training, training_type_of
from aoai.catalog.support import Reason, Support, named, page

_SERVICE = "the service's list of models"


def can_train(
    catalog: Catalog,
    model: str,
    *,
    today: datetime.date,
    method: str = "supervised",
    training_type: str = "Standard",
    region: str | None = None,
    images: bool = False,
    offer: Offer | None = None,
) -> Support:
    """Whether a job can train this model so, there, today.

    For dates and regions the service's answer takes precedence over the catalogue's.

    Args:
        catalog: where to look.
        model: base model, or fine-tuned model that is trained on.
        today: the day of the job.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        training_type: ``Standard``, ``DataZone``, ``GlobalStandard`` or ``Developer``.
        region: of the account, as ARM or as the portal writes it.
        images: whether the training data holds images.
        offer: what the account lists for the base model, if it was asked.
    """
    row = catalog.find(model)
    if row is None or not catalog.lookup(model).known:
        return Support(tuple(named(catalog, model)))
    reasons = [
        *named(catalog, model),
        *_retirement(catalog, row, today, offer),
        *_training(catalog, row, method, training_type, region, offer),
    ]
    if images:
        reasons += _images(catalog, row, region)
    return Support(tuple(reasons))


def _retirement(
    catalog: Catalog, row: BaseModel, today: datetime.date, offer: Offer | None
) -> Iterator[Reason]:
    if offer is not None and (offer.training_ends is not None or offer.stage == "Retired"):
        yield from _retirement_by_service(row, today, offer)
        return
    schedule, name = row.schedule, row.canonical_name
    if schedule is None:
        return
    source, ends = page(catalog, schedule.source), schedule.training or schedule.base
    if schedule.stage == "Retired":
        when = f" on {ends}" if ends else ""
        instead = f"; Microsoft recommends {schedule.replacement}" if schedule.replacement else ""
        text = f"training of {name} was retired{when}{instead} ({source})"
        yield Reason("retirement", "no", text)
    elif ends and today >= ends:
        # A page knows nothing of what came after it: dates were moved before.
        text = f"training of {name} was to end on {ends} ({source}); ask the service"
        yield Reason("retirement", "unknown", text)
    elif schedule.existing_customers_only and _closed(schedule.stage, schedule.base, today):
        yield Reason("access", "yes", _deprecated(name, ends, source))
    elif ends:
        yield Reason("retirement", "yes", f"training of {name} ends on {ends} ({source})")


def _retirement_by_service(row: BaseModel, today: datetime.date, offer: Offer) -> Iterator[Reason]:
    name, ends = row.canonical_name, offer.training_ends
    if offer.stage == "Retired" or (ends is not None and today >= ends):
        when = f" on {ends}" if ends else ""
        yield Reason("retirement", "no", f"training of {name} was retired{when} ({_SERVICE})")
    elif offer.stage == "Deprecated":
        yield Reason("access", "yes", _deprecated(name, ends, _SERVICE))
    else:
        yield Reason("retirement", "yes", f"training of {name} ends on {ends} ({_SERVICE})")


def _deprecated(name: str, ends: datetime.date | None, source: str) -> str:
    return (
        f"{name} is deprecated: a subscription that has never deployed it cannot train it; "
        f"for others training ends on {ends} ({source})"
    )


def _closed(stage: str, base: datetime.date | None, today: datetime.date) -> bool:
    return stage == "Deprecated" or (base is not None and today >= base)


def _training(
    catalog: Catalog,
    row: BaseModel,
    method: str,
    training_type: str,
    region: str | None,
    offer: Offer | None,
) -> Iterator[Reason]:
    training, name = row.training, row.canonical_name
    if training is None:
        yield Reason("method", "unknown", f"how {name} is trained is not in the catalogue")
        return
    source = page(catalog, training.source)
    if method not in training.methods:
        only = ", ".join(training.methods)
        yield Reason("method", "no", f"{name} can be trained by {only}, not by {method} ({source})")
    kind = training_type_of(training_type)
    if kind is None or kind not in training.types:
        only = ", ".join(training.types)
        text = f"{name} is trained as {only}, not as {training_type}{_meant(training_type)}"
        yield Reason("training type", "no", f"{text} ({source})")
    elif offer is not None and offer.trains:
        yield from _offered(row, kind, offer)
    elif region is not None:
        yield from _region(catalog, row, training, kind, region)
    if kind == "DataZone":
        text = "no page or record shows what a job in a data zone is sent with; DataZone is sent"
        yield Reason("training type", "yes", text)
    if training.invitation:
        yield Reason("access", "yes", f"{name} is trained by invitation of Microsoft ({source})")


def _meant(training_type: str) -> str:
    """What an unknown training type probably is, as the end of a sentence."""
    if training_type_of(training_type) is not None:
        return ""
    meant = first_word(training_type, TRAINING_TYPES)
    return f", did you mean {meant}?" if meant else ""


def _offered(row: BaseModel, kind: str, offer: Offer) -> Iterator[Reason]:
    """Where the service lists the model as trained: in this region, or only globally."""
    if kind == "Standard" and not offer.fine_tune:
        text = f"{row.canonical_name} is trained only globally from this region ({_SERVICE})"
        yield Reason("region", "no", text)


def _region(
    catalog: Catalog, row: BaseModel, training: Training, kind: str, region: str
) -> Iterator[Reason]:
    place = catalog.region(region)
    if place is None:
        meant = catalog.region_suggestion(region)
        hint = f"; did you mean {meant}?" if meant else ""
        yield Reason("region", "unknown", f"{region} is not a region that is known{hint}")
        return
    if kind == "DataZone":
        allowed = tuple(r.name for r in catalog.document.regions if r.data_zone == "US")
    else:
        allowed = training.regions if kind == "Standard" else _global(catalog, training)
    if allowed and place.name not in allowed:
        standard = training.regions_source or training.source
        key = standard if kind == "Standard" else catalog.document.global_training.source
        yield Reason(
            "region",
            "no",
            f"{row.canonical_name} is not trained as {kind} in {place.name}, but in "
            f"{', '.join(allowed)} ({page(catalog, key)})",
        )


def _global(catalog: Catalog, training: Training) -> tuple[str, ...]:
    if training.global_regions is not None:
        return training.global_regions
    common = catalog.document.global_training.regions
    return tuple(region for region in common if region not in training.global_except)


def _images(catalog: Catalog, row: BaseModel, region: str | None) -> Iterator[Reason]:
    source = page(catalog, row.data.source)
    if row.data.images is None:
        yield Reason(
            "images",
            "unknown",
            f"whether {row.canonical_name} takes images is not in the catalogue",
        )
    elif not row.data.images:
        yield Reason("images", "no", f"{row.canonical_name} is trained on text alone ({source})")
    place = catalog.region(region) if region else None
    if row.data.images and place and place.name in catalog.document.global_training.without_vision:
        yield Reason("images", "no", f"no model is trained on images in {place.name} ({source})")
