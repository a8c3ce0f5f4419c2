"""Rows of an account's models as ARM was recorded to send them."""

from __future__ import annotations

from datetime import date

from aoai.azure.arm.account_models import parse_offer
from aoai.catalog import Offer, OfferedSku, built_in
from tests.replay.records import records

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


def recorded(name: str) -> dict[str, Offer]:
    """The rows of a record, by model."""
    (record,) = (record for record in records() if record.name == name)
    rows = (row for row in record.steps[0].answer["value"] if isinstance(row, dict))
    offers = (parse_offer(row.get("model", row)) for row in rows)
    return {offer.name: offer for offer in offers}


def test_the_rows_of_the_records_are_read_whole() -> None:
    retired = recorded("models-location-deprecated-2025")
    turbo = retired["gpt-35-turbo"]
    assert (turbo.version, turbo.format, turbo.trains) == ("0125", "OpenAI", False)
    assert (turbo.training_ends, turbo.inference_ends) == (date(2025, 10, 28), date(2025, 11, 11))
    assert turbo.example_tokens == 16385
    assert retired["code-cushman-001"].stage == "Retired"
    assert recorded("models-account-2023")["text-davinci-fine-tune-002"].fine_tune
    tunable = recorded("models-location-tunable-2025")
    assert tunable["gpt-4o"].global_fine_tune
    assert not tunable["gpt-4o"].fine_tune


def test_the_catalogue_agrees_with_the_record_that_it_cites() -> None:
    row = built_in().find("gpt-35-turbo-0125")
    turbo = recorded("models-location-deprecated-2025")["gpt-35-turbo"]
    assert row is not None
    assert row.schedule is not None
    assert turbo.is_for(row)
    assert (row.schedule.training, row.schedule.base) == (turbo.training_ends, turbo.inference_ends)
    assert row.limits.example_tokens == turbo.example_tokens
