"""What the catalogue of models has for a training: the facts that rules need."""

from __future__ import annotations

from aoai.catalog import Catalog, built_in
from aoai.dataset.example.formats import BY_METHOD
from aoai.dataset.example.target import OPENAI_TOKENS, Target


def target_of(model: str | None, method: str | None, catalog: Catalog | None = None) -> Target:
    """The target of a training.

    Args:
        model: base or fine-tuned model, if it is known.
        method: ``supervised``, ``dpo`` or ``reinforcement``, if it is known.
        catalog: the catalogue of models; the built-in one if not given.
    """
    catalog = catalog or built_in()
    row = catalog.find(model) if model else None
    if model is None or row is None:
        return Target(model or "", method or "")
    tokens = catalog.control_tokens(model)
    return Target(
        model=model,
        method=method or "",
        control_tokens=tokens.tokens if tokens else OPENAI_TOKENS,
        images=row.data.images,
        example_tokens=row.limits.example_tokens,
    )


def formats_of(model: str | None, catalog: Catalog | None = None) -> tuple[str, ...]:
    """The formats of data that a model is trained on; empty if that is not known."""
    row = (catalog or built_in()).find(model) if model else None
    if row is None:
        return ()
    if row.data.format is not None:
        return (row.data.format,)
    return tuple(BY_METHOD[method] for method in row.training.methods) if row.training else ()
