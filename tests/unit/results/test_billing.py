"""What was billed, as the last events of a job say it."""

from __future__ import annotations

import pytest

from aoai.catalog import built_in, training_hour_price, training_price
from aoai.results.billing import Billed, billed

MODEL = "gpt-4.1-mini-2025-04-14"


def of(*messages: str, model: str = MODEL, training_type: str = "") -> Billed | None:
    return billed(messages, built_in(), model=model, training_type=training_type)


def usd(training_type: str) -> float:
    price = training_price(built_in(), MODEL, training_type)
    assert price is not None
    return price.usd


@pytest.mark.parametrize(
    ("echoed", "priced"),
    [("", "Standard"), ("globalStandard", "GlobalStandard"), ("developerTier", "Developer")],
)
def test_tokens_are_priced_by_the_training_type_that_the_service_echoes(
    echoed: str, priced: str
) -> None:
    found = of("Job succeeded.", "Training tokens billed: 2000000", training_type=echoed)
    assert found == Billed(tokens=2_000_000, usd=round(2 * usd(priced), 4))


def test_hours_are_priced_by_the_hour_where_the_model_has_such_a_price() -> None:
    price = training_hour_price(built_in(), "o4-mini-2025-04-16")
    assert price is not None
    found = of("Training hours billed: 0.500", model="o4-mini-2025-04-16")
    assert found == Billed(hours=0.5, usd=price.usd / 2)
    assert of("Training hours billed: 0.500") == Billed(hours=0.5)


def test_a_model_without_a_price_has_tokens_alone() -> None:
    found = of("Training tokens billed: 1,000", model="made-up-1")
    assert found == Billed(tokens=1000)


def test_a_job_whose_events_do_not_say_it_has_no_bill() -> None:
    assert of("Job succeeded.", "Training tokens billed: many") is None
