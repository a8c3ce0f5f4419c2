"""An answer of the catalogue with its reasons, and what every answer about a model begins with.

The answer "no" is a contradiction with a page that the reason names; "unknown" is none. What the
service lists for an account takes precedence over both: ask it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aoai.catalog.catalog import Catalog

Answer = Literal["yes", "no", "unknown"]
Rule = Literal[
    "model", "method", "training type", "region", "retirement", "access", "sku", "images"
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is known against it, or that must be known about it.

    Attributes:
        rule: what it is about.
        answer: ``no``, ``unknown``, or ``yes`` for a remark.
        text: a sentence, with the page's day where it is a page that says so.
    """

    rule: Rule
    answer: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Support:
    """An answer and its reasons."""

    reasons: tuple[Reason, ...] = ()

    @property
    def answer(self) -> Answer:
        """``no`` if a reason has that answer, else ``unknown`` if one has that, else ``yes``."""
        found = {reason.answer for reason in self.reasons}
        return "no" if "no" in found else "unknown" if "unknown" in found else "yes"

    def texts(self, answer: Answer) -> list[str]:
        """The reasons with this answer."""
        return [reason.text for reason in self.reasons if reason.answer == answer]


def named(catalog: Catalog, model: str) -> Iterator[Reason]:
    """A reason where a model's name is not known, or differs in letter case."""
    found = catalog.lookup(model)
    meant = f"; did you mean {found.suggestion}?" if found.suggestion else ""
    if found.match == "letter-case":
        yield Reason("model", "unknown", f"{found.base} differs in case from {found.suggestion}")
    elif not found.known:
        yield Reason("model", "unknown", f"{found.base} is not in the catalogue{meant}")


def page(catalog: Catalog, key: str) -> str:
    """The page behind a row, as a reason names it."""
    source = catalog.source(key)
    if source is None:
        return "the stack's own entry"
    return f"{source.title}, {source.date}" if source.date else source.title
