"""Checks of request bodies that inference calls share. What is wrong is the model's own error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aoai_emulator.state.errors import ModelError


def known_fields(body: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a field that the operation does not know."""
    for name in body:
        if name not in known:
            raise ModelError(f"Unrecognized request argument supplied: {name}")


def unsupported(body: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    """Refuse a field that Azure knows and the emulator cannot honour."""
    for name, reason in reasons.items():
        if body.get(name) is not None:
            raise ModelError(f"The emulator does not support '{name}': {reason}.", name)


def number(body: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    """A number within bounds, or None."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ModelError(f"Invalid '{name}': it must be a number from {low} to {high}.", name)
    return float(value)


def whole(body: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number within bounds, or None."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ModelError(f"Invalid '{name}': it must be a whole number from {low} to {high}.", name)
    return value


def flag(body: Mapping[str, Any], name: str) -> bool:
    """True or false; false when it is not there."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise ModelError(f"Invalid '{name}': it must be true or false.", name)
    return bool(value)


def texts(body: Mapping[str, Any], name: str, most: int) -> tuple[str, ...]:
    """One text or a list of some; empty when it is not there."""
    value = body.get(name)
    given = [value] if isinstance(value, str) else value or []
    good = isinstance(given, list) and all(isinstance(each, str) and each for each in given)
    if not good or len(given) > most:
        raise ModelError(f"Invalid '{name}': it must be a text or at most {most} of them.", name)
    return tuple(given)


def check_sampling(body: Mapping[str, Any], *, reasons: bool) -> None:
    """Check the parameters of sampling. The emulator's replies do not depend on them.

    Args:
        body: the request.
        reasons: whether the model reasons; such a model takes the defaults only.
    """
    for name, low, high, usual in (
        ("temperature", 0, 2, 1),
        ("top_p", 0, 1, 1),
        ("presence_penalty", -2, 2, 0),
        ("frequency_penalty", -2, 2, 0),
    ):
        value = number(body, name, low, high)
        if reasons and value not in (None, usual):
            text = (
                f"Unsupported value: '{name}' does not support {value:g} with this model. Only the"
                f" default ({usual}) value is supported."
            )
            raise ModelError(text, name)
