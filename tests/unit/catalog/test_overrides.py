"""A stack's own entries in the catalogue."""

from __future__ import annotations

import datetime

import pytest

from aoai.catalog import built_in, can_train, training_price, with_overrides
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
                "new-model": {"data": {"images": True}},
                "gpt-4o": {"training": {"methods": ["sft"]}},
                "o4-mini": "cheap",
            }
        )
    text = str(caught.value)
    assert "gpt-4.1-mini: " in text
    assert "`prise`, did you mean `prices`?" in text
    assert "new-model: " in text
    assert "`arm`" in text
    assert "gpt-4o: " in text
    assert "$.training.methods[0]" in text
    assert "o4-mini: write a mapping of fields" in text
