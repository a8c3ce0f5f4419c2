"""Whether a fine-tuned model can be deployed with a SKU, in a region, on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aoai.catalog.catalog import Catalog
from aoai.catalog.schema import BaseModel
from aoai.catalog.support import Reason, Support, named, page


def can_serve(
    catalog: Catalog, model: str, sku: str, *, today: datetime.date, region: str | None = None
) -> Support:
    """Whether what was fine-tuned from a model can be deployed with a SKU, there, today.

    Deployments of base models as they are do not concern the catalogue.

    Args:
        catalog: where to look.
        model: base or fine-tuned model.
        sku: such as ``GlobalStandard``.
        today: the day of the deployment.
        region: of the account, as ARM or as the portal writes it.
    """
    reasons = list(named(catalog, model))
    kind = catalog.sku(sku)
    if kind is None:
        meant = catalog.sku_suggestion(sku)
        hint = f"; did you mean {meant}?" if meant else ""
        reasons.append(Reason("sku", "unknown", f"SKU {sku} is not in the catalogue{hint}"))
    row = catalog.find(model)
    if row is not None and catalog.lookup(model).known:
        reasons += _serving_ends(catalog, row, today)
        if kind is not None:
            reasons += _serving(catalog, row, kind.name, region)
    return Support(tuple(reasons))


def _serving_ends(catalog: Catalog, row: BaseModel, today: datetime.date) -> Iterator[Reason]:
    schedule = row.schedule
    ends = schedule.serving if schedule else None
    if schedule is None or ends is None:
        return
    source, name = page(catalog, schedule.source), row.canonical_name
    if schedule.stage == "Retired":
        text = f"deployments of fine-tuned {name} were retired on {ends} ({source})"
        yield Reason("retirement", "no", text)
    elif today >= ends:
        # A page knows nothing of what came after it: dates were moved before.
        text = f"deployments of fine-tuned {name} were to end on {ends} ({source}); ask the service"
        yield Reason("retirement", "unknown", text)
    else:
        text = f"deployments of fine-tuned {name} stop answering on {ends} ({source})"
        yield Reason("retirement", "yes", text)


def _serving(catalog: Catalog, row: BaseModel, sku: str, region: str | None) -> Iterator[Reason]:
    serving, name = row.serving, row.canonical_name
    if serving is None:
        return
    source = page(catalog, serving.source)
    if sku not in serving.skus:
        only = ", ".join(serving.skus) or serving.elsewhere or "no SKU"
        yield Reason("sku", "no", f"fine-tuned {name} is deployed as {only}, not {sku} ({source})")
        return
    places = {"Standard": serving.regions, "ProvisionedManaged": serving.provisioned_regions}
    allowed = places.get(sku, ())
    place = catalog.region(region) if region else None
    if place is not None and allowed and place.name not in allowed:
        where = ", ".join(allowed)
        text = f"fine-tuned {name} is deployed as {sku} in {where}, not in {place.name} ({source})"
        yield Reason("region", "no", text)
