"""Rows of an account's models as ARM was recorded to send them."""

from __future__ import annotations

from datetime import date

from aoai.azure.arm.account_models import parse_offer
from aoai.catalog import Offer, OfferedSku

GLOBAL = {
    "format": "OpenAI",
    "name": "gpt-4o",
    "version": "2024-08-06",
    "skus": [
        {
            "name": "GlobalStandard",
            "usageName": "OpenAI.GlobalStandard.gpt-4o",
            "capacity": {"maximum": 1000000, "default": 10},
            "deprecationDate": "2026-02-27T00:00:00Z",
            "costs": [{"name": "GeneratedToken", "meterId": "", "unit": "1K Tokens"}],
        }
    ],
    "capabilities": {
        "globalFineTune": "true",
        "FineTuneTokensMaxValuePerExample": "131072",
        "FineTuneTokensMaxValue": "2000000000",
    },
    "deprecation": {"fineTune": "2026-03-31T00:00:00Z", "inference": "2026-03-31T00:00:00Z"},
    "lifecycleStatus": "GenerallyAvailable",
}


def test_a_region_that_trains_globally_only_says_so() -> None:
    assert parse_offer(GLOBAL) == Offer(
        name="gpt-4o",
        version="2024-08-06",
        format="OpenAI",
        lifecycle_status="GenerallyAvailable",
        global_fine_tune=True,
        training_ends=date(2026, 3, 31),
        inference_ends=date(2026, 3, 31),
        example_tokens=131072,
        skus=(
            OfferedSku(
                "GlobalStandard", "OpenAI.GlobalStandard.gpt-4o", date(2026, 2, 27), 10, 1000000
            ),
        ),
    )


def test_a_row_of_2023_says_less_and_is_read_all_the_same() -> None:
    row = {
        "name": "text-davinci-fine-tune-002",
        "version": "1",
        "skus": [{"name": "Standard", "deprecationDate": "soon"}, "no SKU"],
        "capabilities": {"fineTune": "true", "FineTuneTokensMaxValuePerExample": "many"},
        "deprecation": None,
    }
    offer = parse_offer(row)
    assert (offer.fine_tune, offer.global_fine_tune, offer.example_tokens) == (True, False, None)
    assert offer.skus == (OfferedSku("Standard"),)


def test_a_fine_tuned_model_names_its_base() -> None:
    row = {"name": "gpt-4o.ft-1", "baseModel": {"name": "gpt-4o"}, "capabilities": {"fineTune": 1}}
    offer = parse_offer(row)
    assert (offer.base, offer.fine_tune) == ("gpt-4o", False)
