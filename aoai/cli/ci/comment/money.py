"""US dollars as the comment shows them."""

from __future__ import annotations

from aoai.cli.ci.review import Usd

UNKNOWN = "not known"


def usd(amount: Usd | None) -> str:
    """An amount, or the two it lies between; ``not known`` for None."""
    if amount is None:
        return UNKNOWN
    low, high = _number(amount.low), _number(amount.high)
    return f"${low}" if low == high else f"${low} to ${high}"


def signed(amount: Usd | None) -> str:
    """A change: with its sign, and ``±$0`` for none."""
    if amount is None:
        return UNKNOWN
    low, high = _signed(amount.low), _signed(amount.high)
    return low if low == high else f"{low} to {high}"


def _signed(value: float) -> str:
    if abs(value) < 0.005:  # noqa: PLR2004 - half a cent
        return "±$0"
    return f"{'+' if value > 0 else '-'}${_number(abs(value))}"


def _number(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
