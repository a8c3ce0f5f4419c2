"""The catalogue of base models: methods, regions, limits, tokenizers, prices and retirement.

One data file, catalog.toml, each row with its source and that page's day; docs/models.md shows it.
A stack overrides and adds. The unknown is None or ``unknown``, never a guess.
"""

from __future__ import annotations

from aoai.catalog.catalog import Catalog, Lookup
from aoai.catalog.cost_table import CostLine, CostTable
from aoai.catalog.loading import built_in
from aoai.catalog.money import (
    Amount,
    HostingEstimate,
    TrainingEstimate,
    estimate_hosting,
    estimate_training,
)
from aoai.catalog.names import TunedName, base_name, parse_tuned_name
from aoai.catalog.offers import Offer, OfferedSku, arm_format_of, differences, offer_of
from aoai.catalog.overrides import ENTRY_FIELDS, merged_entry, with_overrides, with_prices
from aoai.catalog.pricing import (
    Price,
    hosting_price,
    inference_prices,
    priced_types,
    training_hour_price,
    training_pause,
    training_price,
)
from aoai.catalog.schedule import moved_dates
from aoai.catalog.schema import BaseModel, Region, Retirement, Sku, Source, TokenPrices
from aoai.catalog.serving_support import can_serve
from aoai.catalog.support import Reason, Support
from aoai.catalog.training_support import can_train

__all__ = [
    "ENTRY_FIELDS",
    "Amount",
    "BaseModel",
    "Catalog",
    "CostLine",
    "CostTable",
    "HostingEstimate",
    "Lookup",
    "Offer",
    "OfferedSku",
    "Price",
    "Reason",
    "Region",
    "Retirement",
    "Sku",
    "Source",
    "Support",
    "TokenPrices",
    "TrainingEstimate",
    "TunedName",
    "arm_format_of",
    "base_name",
    "built_in",
    "can_serve",
    "can_train",
    "differences",
    "estimate_hosting",
    "estimate_training",
    "hosting_price",
    "inference_prices",
    "merged_entry",
    "moved_dates",
    "offer_of",
    "parse_tuned_name",
    "priced_types",
    "training_hour_price",
    "training_pause",
    "training_price",
    "with_overrides",
    "with_prices",
]
