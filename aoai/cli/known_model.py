"""Whether a base model is one that the tables of prices and context lengths know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from aoai.dataset.limits import CONTEXT_TOKENS
from aoai.dataset.tokens import family_of

# What follows a family's name: a version, and what makes a fine-tuned model of it.
_VERSION = re.compile(r"(-\d[\d-]*)?(\.ft-.*)?")
_ALIKE = 0.88  # a letter left out or two exchanged; gpt-5-mini is no slip for gpt-4.1-mini


def unknown_model(model: str, prices: Mapping[str, float]) -> str | None:
    """What to tell of a model that no table knows; None if one does."""
    families = {*prices, *CONTEXT_TOKENS}
    name = model.lower()
    family = family_of(name, families)
    if family is not None and _VERSION.fullmatch(name.removeprefix(family)):
        return None
    return f"--model {model}: not known here, so no cost is told.{_advice(name, families)}"


def _advice(name: str, families: Iterable[str]) -> str:
    base = re.split(r"-\d{4}|\.ft-", name)[0]
    alike = get_close_matches(base, families, n=1, cutoff=_ALIKE)
    return f" Is {alike[0]} meant?" if alike else ""
