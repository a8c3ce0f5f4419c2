"""Notes about a base model: its last days, or that it may be misspelt."""

from __future__ import annotations

from aoai.catalog import Catalog, priced_types


def model_note(model: str, catalog: Catalog) -> str | None:
    """Why no cost is shown for a model, and what to do; None if its price is known."""
    found = catalog.lookup(model)
    if found.model is None and found.suggestion:
        meant = f"did you mean {found.suggestion}?"
        return f"--model {model}: not in the catalogue, so no cost is shown; {meant}"
    if priced_types(catalog, model):
        return None
    return f"--model {model}: no price is known, so no cost is shown; set one with --prices."


def last_days(model: str, catalog: Catalog) -> str | None:
    """The last day to train a model and the last to serve it; None if neither is known."""
    found = catalog.find(model)
    schedule = found.schedule if found else None
    if found is None or schedule is None or not (schedule.training or schedule.serving):
        return None
    trains = f"trains until {schedule.training or 'a day that is not announced'}"
    if schedule.existing_customers_only:
        trains += " in subscriptions that deployed it before"
    serves = f"serves until {schedule.serving or 'a day that is not announced'}"
    source = catalog.source(schedule.source)
    of = f" (Microsoft's schedule of {source.date})" if source and source.date else ""
    return f"{found.name}: {trains}, {serves}{of}"
