"""The costs of a stack: what is paid once, what is paid each month, and what changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal

from aoai.catalog.money import Amount

_NOTHING = Amount.of(0.0)


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that costs.

    Attributes:
        item: what, by its key in the stack.
        paid: ``once`` for a training, ``monthly`` for hosting.
        amount: USD; None if it is not known.
        note: what the amount leaves out, or why it is not known.
    """

    item: str
    paid: Literal["once", "monthly"]
    amount: Amount | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostTable:
    """All that a stack costs.

    Attributes:
        lines: a line for each training and each deployment.
    """

    lines: tuple[CostLine, ...] = ()

    def total(self, paid: Literal["once", "monthly"]) -> Amount:
        """The sum of what is known."""
        return _sum(line.amount for line in self.lines if line.paid == paid)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The items that the sums leave out, as their amount is not known."""
        return tuple(line.item for line in self.lines if line.amount is None)

    def monthly_change(self, before: CostTable) -> Amount:
        """How much more a month costs than before; a range that stays as it is is no change."""
        kept = set(self.lines) & set(before.lines)
        now = CostTable(tuple(line for line in self.lines if line not in kept))
        then = CostTable(tuple(line for line in before.lines if line not in kept))
        return now.total("monthly") - then.total("monthly")


def _sum(amounts: Iterable[Amount | None]) -> Amount:
    return reduce(add, (amount for amount in amounts if amount is not None), _NOTHING)
