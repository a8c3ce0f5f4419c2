"""When Azure removes a deployment by itself.

A fine-tuned model's deployment goes after 15 days without an inference call, whatever it costs
meanwhile; one of the developer tier goes 24 hours after it was made. The model stays in both cases.
Source: Azure docs, "Customize a model with fine-tuning" and "Fine-tuning cost management".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from aoai.azure.lifecycle.model_deployment import is_fine_tuned
from aoai.catalog import built_in

IDLE_LIMIT = timedelta(days=15)
DEVELOPER_LIMIT = timedelta(hours=24)
DEVELOPER_SKU = "DeveloperTier"


def removal_due(
    model: str, sku: str, created_at: datetime, last_inference_at: datetime | None
) -> datetime | None:
    """When the service will remove a deployment if nobody calls it from now on; None for never."""
    known = built_in().sku(sku)
    if known is not None and known.name == DEVELOPER_SKU:
        return created_at + DEVELOPER_LIMIT
    if not is_fine_tuned(model):
        return None
    return max(created_at, last_inference_at or created_at) + IDLE_LIMIT
