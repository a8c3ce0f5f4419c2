"""What the newest retirement schedule changed: dates move from one page to the next."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aoai.catalog.catalog import Catalog
from aoai.catalog.schema import BaseModel, Retirement
from aoai.catalog.support import page

_DATES = {
    "base": "retirement of {}",
    "training": "the end of training {}",
    "serving": "the end of deployments of fine-tuned {}",
}


def moved_dates(catalog: Catalog, model: BaseModel) -> Iterator[str]:
    """A sentence for each date and stage that is not the one of the schedule before."""
    if len(model.retirement) < 2:  # noqa: PLR2004 - nothing to compare with
        return
    new, old = model.retirement[:2]
    pages = f"({page(catalog, old.source)}, then {page(catalog, new.source)})"
    for field, name in _DATES.items():
        before, after = _date(old, field), _date(new, field)
        if before and after and before != after:
            what = name.format(model.canonical_name)
            yield f"{what} moved from {before} to {after} {pages}"
    if old.stage != new.stage:
        yield f"{model.canonical_name} went from {old.stage} to {new.stage} {pages}"


def _date(schedule: Retirement, field: str) -> datetime.date | None:
    found: datetime.date | None = getattr(schedule, field)
    return found
