"""A note about a base model whose price is not known: it may be misspelt."""

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
