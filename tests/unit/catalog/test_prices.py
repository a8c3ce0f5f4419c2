"""What training, hosting and inference cost by the catalogue."""

from __future__ import annotations

import pytest

from aoai.catalog import (
    Price,
    built_in,
    hosting_price,
    inference_prices,
    training_hour_price,
    training_pause,
    training_price,
)

CATALOG = built_in()


@pytest.mark.parametrize(
    ("model", "training_type", "usd"),
    [
        ("gpt-4.1-mini", "Standard", 5.50),
        ("gpt-4.1-mini-2025-04-14", "globalStandard", 5.00),
        ("gpt-4.1-mini", "Developer", 2.50),
        ("gpt-4.1", "DataZone", 27.50),
        ("gpt-4.1-nano", "Standard", 1.65),
        ("gpt-4o-mini-2027-01-01", "Standard", 3.30),
    ],
)
def test_training_has_a_price_by_its_type(model: str, training_type: str, usd: float) -> None:
    price = training_price(CATALOG, model, training_type)
    assert price is not None
    assert price.usd == usd
    assert CATALOG.source(price.source) is not None


@pytest.mark.parametrize(
    ("model", "training_type"),
    [("o4-mini", "Standard"), ("Ministral-3B", "GlobalStandard"), ("gpt-99", "Standard")],
)
def test_a_price_that_no_page_states_is_none(model: str, training_type: str) -> None:
    assert training_price(CATALOG, model, training_type) is None


def test_reinforcement_is_paid_by_the_hour_up_to_a_pause() -> None:
    assert training_hour_price(CATALOG, "o4-mini") == Price(100.0, "cost")
    assert training_pause(CATALOG, "o4-mini") == Price(5000.0, "cost")
    assert training_hour_price(CATALOG, "gpt-4.1") is None


@pytest.mark.parametrize(
    ("model", "sku", "usd"),
    [
        ("gpt-4.1-mini", "Standard", 1.70),
        ("gpt-4.1-mini", "GlobalStandard", 1.70),
        ("gpt-4.1-mini", "DeveloperTier", 0.0),
    ],
)
def test_hosting_is_paid_by_the_hour(model: str, sku: str, usd: float) -> None:
    price = hosting_price(CATALOG, model, sku)
    assert price is not None
    assert price.usd == usd


def test_provisioned_hosting_has_no_price_here() -> None:
    assert hosting_price(CATALOG, "gpt-4.1", "ProvisionedManaged") is None


def test_inference_has_a_price_in_and_out() -> None:
    found = inference_prices(CATALOG, "gpt-4.1-mini", "GlobalStandard")
    assert found is not None
    prices, source = found
    assert source == "retailInference"
    assert (prices.input, prices.cached_input, prices.output) == (0.40, 0.10, 1.60)
    assert inference_prices(CATALOG, "gpt-4.1-mini", "Standard") is None
