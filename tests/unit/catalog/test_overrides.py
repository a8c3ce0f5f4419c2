"""A stack's own entries in the catalogue."""

from __future__ import annotations

import datetime

import pytest

from aoai.catalog import (
    built_in,
    can_train,
    priced_types,
    training_price,
    with_overrides,
    with_prices,
)
from aoai.errors import ConfigurationError

TODAY = datetime.date(2026, 11, 28)


def test_a_price_of_the_stack_comes_before_the_built_in_one() -> None:
    catalog = with_overrides({"gpt-4.1-mini": {"prices": [{"training": {"Standard": 6.05}}]}})
    price = training_price(catalog, "gpt-4.1-mini-2025-04-14")
    assert price is not None
    assert (price.usd, price.source) == (6.05, "")
    other = training_price(catalog, "gpt-4.1-mini", "Developer")
    assert other is not None
    assert other.usd == 2.50


def test_a_table_is_merged_field_by_field() -> None:
    entry = {"gpt-4.1-mini-2025-04-14": {"training": {"regions": ["francecentral"]}}}
    catalog = with_overrides(entry)
    assert can_train(catalog, "gpt-4.1-mini", today=TODAY, region="francecentral").answer == "yes"
    assert can_train(catalog, "gpt-4.1-mini", today=TODAY, method="dpo").answer == "yes"


def test_a_model_can_be_added() -> None:
    catalog = with_overrides(
        {
            "gpt-6-mini-2027-01-15": {
                "arm": {"format": "OpenAI"},
                "training": {"methods": ["supervised"], "types": ["GlobalStandard"]},
                "retirement": [{"stage": "GenerallyAvailable", "training": "2028-01-15"}],
            }
        }
    )
    assert catalog.canonical("gpt-6-mini") == "gpt-6-mini-2027-01-15"
    support = can_train(catalog, "gpt-6-mini", today=TODAY, training_type="Standard")
    assert support.answer == "no"
    assert "the stack's own entry" in support.texts("no")[0]


def test_the_built_in_catalogue_stays_as_it_is() -> None:
    with_overrides({"gpt-4.1-mini": {"data": {"images": True}}})
    model = built_in().find("gpt-4.1-mini")
    assert model is not None
    assert model.data.images is False


def test_all_entries_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        with_overrides(
            {
                "gpt-4.1-mini": {"prise": []},
                "new-model": {"data": {"image": True}},
                "gpt-4o": {"training": {"methods": ["sft"]}},
                "o4-mini": "cheap",
            }
        )
    text = str(caught.value)
    assert "gpt-4.1-mini: " in text
    assert "`prise`, did you mean `prices`?" in text
    assert "new-model: " in text
    assert "unknown field `image`" in text
    assert "gpt-4o: " in text
    assert "$.training.methods[0]" in text
    assert "o4-mini: write a mapping of fields" in text


@pytest.mark.parametrize(
    ("prices", "model", "training_type", "usd"),
    [
        ({"gpt-4.1-mini": 6.6}, "gpt-4.1-mini-2025-04-14", "Standard", 6.6),
        ({"gpt-4.1-mini": 6.6}, "gpt-4.1-mini", "GlobalStandard", 6.0),
        ({"gpt-4.1-mini": 6.6}, "gpt-4.1-mini", "Developer", 3.0),
        ({"GPT-4o": 20.0}, "gpt-4o-2024-08-06", "Standard", 20.0),
        ({"gpt-4o-2024-11-20": 30.0, "gpt-4o": 20.0}, "gpt-4o-2024-11-20", "Standard", 30.0),
        ({"gpt-4o-2024-11-20": 30.0, "gpt-4o": 20.0}, "gpt-4o-2024-08-06", "Standard", 20.0),
        ({"gpt-35-turbo": 8.0}, "gpt-35-turbo-0613", "Standard", 8.0),
        ({"gpt-6": 40.0}, "gpt-6-2027-01-01", "Standard", 40.0),
        ({}, "gpt-4.1-mini", "Standard", 5.5),
    ],
)
def test_a_stated_price_holds_for_a_family_or_one_snapshot(
    prices: dict[str, float], model: str, training_type: str, usd: float
) -> None:
    price = training_price(with_prices(prices), model, training_type)
    assert price is not None
    assert price.usd == pytest.approx(usd)


def test_a_snapshot_with_a_price_of_its_own_keeps_what_its_family_is_known_for() -> None:
    catalog = with_prices({"gpt-4o-2024-11-20": 30.0})
    assert catalog.tokenizer("gpt-4o-2024-11-20") == "o200k_base"
    assert catalog.arm_format("gpt-4o-2024-11-20") == "OpenAI"
    assert catalog.canonical("gpt-4o") == "gpt-4o-2024-08-06"


def test_the_types_that_have_a_price_are_listed() -> None:
    assert priced_types(built_in(), "gpt-4.1-nano") == ["Standard", "GlobalStandard", "Developer"]
    assert priced_types(built_in(), "Ministral-3B") == []
