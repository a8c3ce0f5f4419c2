"""What hosting a deployment costs, from the catalogue."""

from __future__ import annotations

from typing import Final

from aoai_policies.catalog import catalog
from aoai_policies.facts import Deployment
from aoai_policies.values import UNKNOWN

HOURS_A_MONTH: Final = 730
"""As Azure's price pages count."""


def hourly_price(deployment: Deployment) -> float | None:
    """USD for an hour, whatever its use; None if it is not known, 0 for a base model."""
    if not deployment.may_serve_fine_tuned:
        return 0.0
    base = deployment.base_model
    if base is UNKNOWN or deployment.sku is UNKNOWN:
        return None
    if deployment.is_developer_tier:
        return 0.0
    model = catalog().family(base)
    return model.hosting(deployment.sku) if model else None
