"""Whether every reinforcement example has the same fields for the grader."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from aoai.dataset.finding import Problem, warning
from aoai.dataset.rules.grader_field import grader_fields

GRADER_FIELDS_DIFFER = warning(
    "grader-fields-differ",
    "reinforcement examples have different fields for the grader",
    "checks of Microsoft's fine-tuning skill for GitHub Copilot, validate_rft.py",
)


class GraderFields(Struct):
    """Counts the examples that have other fields for the grader than the first one with any.

    Attributes:
        first: names of the fields of that one, sorted; empty until there is one.
        others: examples with other fields.
        line: of the first of them; 0 if there is none.
    """

    first: tuple[str, ...] = ()
    others: int = 0
    line: int = 0

    def add(self, example: dict[str, object], line: int) -> None:
        """Take note of an example's fields; one without any is a finding of its own."""
        names = grader_fields(example)
        if not self.first:
            self.first = names
        elif names and names != self.first:
            self.others += 1
            self.line = self.line or line

    def merge(self, more: GraderFields) -> bool:
        """Add the counts of other lines; False if they were compared with other fields."""
        if not self.first:
            self.first = more.first
        self.others += more.others
        self.line = min(filter(None, (self.line, more.line)), default=0)
        return more.first in ((), self.first)

    def problems(self, examples: int) -> Iterator[tuple[Problem, int]]:
        """What is wrong, and the first line where it is.

        Args:
            examples: of the file.
        """
        if self.others:
            text = (
                f"{self.others} of {examples} examples have other fields for the grader than the "
                "first; give all the same ones."
            )
            yield GRADER_FIELDS_DIFFER.at("", text), self.line
