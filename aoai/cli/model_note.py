"""What to tell of a base model whose price is not known: it may be misspelt."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from aoai.dataset.limits import CONTEXT_TOKENS
from aoai.dataset.tokens.tokenizer import family_of

# What follows a family's name: a version, and what makes a fine-tuned model of it.
_VERSION = re.compile(r"(-\d[\d-]*)?(\.ft-.*)?")
_ALIKE = 0.88  # a letter left out or two exchanged; gpt-5-mini is no slip for gpt-4.1-mini


def model_note(model: str, prices: Mapping[str, float]) -> str | None:
    """Why no cost is told for a model, and what to do; None if its price is known."""
    name = model.lower()
    if _is_of(name, prices):
        return None
    alike = [] if _is_of(name, CONTEXT_TOKENS) else _alike(name, {*prices, *CONTEXT_TOKENS})
    if alike:
        return f"--model {model}: not known here, so no cost is told; is {alike[0]} meant?"
    return f"--model {model}: no price is known here, so no cost is told; --prices takes one."


def _is_of(name: str, families: Collection[str]) -> bool:
    family = family_of(name, families)
    return family is not None and _VERSION.fullmatch(name[len(family) :]) is not None


def _alike(name: str, families: Collection[str]) -> list[str]:
    base = re.split(r"-\d{4}|\.ft-", name)[0]
    return get_close_matches(base, families, n=1, cutoff=_ALIKE)
