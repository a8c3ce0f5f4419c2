"""Where a job's values go in the request: it follows from the method.

A supervised job has its hyperparameters on top, as every API version takes it. The others have
them inside of ``method``, and none on top (recorded from Azure in February 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aoai.azure.arm_names import same_sku

_DEVELOPER = "developerTier"
HYPERPARAMETERS = "hyperparameters."
METHOD = "method.type"


def placed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their place in the body of a job that trains by their ``method.type``.

    Args:
        values: by the place that a supervised job has them at.
    """
    method = values.get(METHOD, "supervised")
    if method == "supervised":
        return {place: value for place, value in values.items() if place != METHOD}
    return {
        f"method.{method}.{place}" if place.startswith(HYPERPARAMETERS) else place: value
        for place, value in values.items()
    }


def is_echoed(asked: Any, echoed: Any) -> bool:
    """Whether an answer has everything that was asked for; the service may fill in more."""
    if isinstance(asked, Mapping):
        given = echoed if isinstance(echoed, Mapping) else {}
        return all(is_echoed(value, given.get(name)) for name, value in asked.items())
    if isinstance(asked, list | tuple):
        same_length = isinstance(echoed, list | tuple) and len(asked) == len(echoed)
        return same_length and all(map(is_echoed, asked, echoed))
    return bool(asked == echoed)


def spelled_training_type(training_type: str) -> str:
    """A training type as it is sent: each job of Azure's that was recorded has ``developerTier``.

    ``Standard`` and ``GlobalStandard`` are taken in any letter case.
    """
    return _DEVELOPER if same_sku(training_type, _DEVELOPER) else training_type
