"""The kinds of harm that Azure looks for in training data and in trained models.

Two messages name them (Azure docs, "Safety evaluation"): one of the data before it is trained, as
``[hate_fairness, self_harm]``, one of the model after it, as ``[Violence, Self Harm]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

HARMS: Final[Mapping[str, str]] = {
    "hate_fairness": "words that attack or belittle people for what they are (origin, religion, "
    "sex, disability, age), also where they are quoted or asked about",
    "sexual": "sexual acts, sexual violence, and anything sexual about minors",
    "violence": "injuring or killing, weapons and how to make or use them, threats",
    "self_harm": "suicide, injuring oneself, eating disorders, above all ways to do it",
}
"""What to look for in the data, by the name of Azure's content filter."""

_KINDS = re.compile(r"(?:harm types:|thresholds? for)\s*\[([^\]]*)\]", re.IGNORECASE)
_WORDS: Final[Mapping[str, str]] = {
    "hate": "hate_fairness",
    "fairness": "hate_fairness",
    "sex": "sexual",
    "violen": "violence",
    "harm": "self_harm",
    "suicid": "self_harm",
}


def harms_in(words: str) -> Iterator[str]:
    """The kinds of harm that one of the two messages names, each once, as ``HARMS`` has them."""
    found = _KINDS.search(words)
    named = [kind for name in (found[1].split(",") if found else []) for kind in _kinds(name)]
    yield from dict.fromkeys(named)


def _kinds(name: str) -> Iterator[str]:
    plain = name.strip().lower()
    for part, kind in _WORDS.items():
        if part in plain:
            yield kind
