"""What an account says of a model, beside the catalogue."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from aoai.catalog import BaseModel, Offer, arm_format_of, built_in, differences, offer_of

CATALOG = built_in()
SCHEDULE = "Model retirement schedule, 2026-10-05"
GUIDANCE = "Fine-tuning model guidance, 2025-02-06"
JOB = "0123456789abcdef" * 2


def mini() -> BaseModel:
    model = CATALOG.find("gpt-4.1-mini")
    assert model is not None
    return model


AGREED = Offer(
    name="gpt-4.1-mini",
    version="2025-04-14",
    format="OpenAI",
    lifecycle_status="Deprecating",
    fine_tune=True,
    training_ends=datetime.date(2027, 4, 14),
    inference_ends=datetime.date(2027, 4, 14),
    example_tokens=65536,
)


def of_mini(*offers: Offer) -> list[str]:
    found = differences(CATALOG, offers, "northcentralus")
    return [text for text in found if text.startswith("gpt-4.1-mini-2025-04-14: ")]


def test_a_row_that_says_the_same_is_no_difference() -> None:
    assert of_mini(AGREED) == []


@pytest.mark.parametrize(
    ("offer", "text"),
    [
        (
            replace(AGREED, training_ends=datetime.date(2027, 10, 14)),
            f"training ends on 2027-10-14, 2027-04-14 in the catalogue ({SCHEDULE})",
        ),
        (
            replace(AGREED, lifecycle_status="Deprecated"),
            f"stage Retired, Deprecated in the catalogue ({SCHEDULE})",
        ),
        (
            replace(AGREED, example_tokens=131072),
            f"131,072 tokens an example, 65,536 in the catalogue ({GUIDANCE})",
        ),
        (replace(AGREED, format="Microsoft"), "format 'Microsoft', 'OpenAI' in the catalogue"),
    ],
)
def test_a_row_that_differs_is_reported_with_the_page(offer: Offer, text: str) -> None:
    assert of_mini(offer) == [f"gpt-4.1-mini-2025-04-14: {text}"]


def test_what_the_service_does_not_say_is_no_difference() -> None:
    bare = Offer(name="gpt-4.1-mini", version="2025-04-14", lifecycle_status="SomethingNew")
    assert of_mini(bare) == []
    assert bare.stage is None


def test_a_model_that_should_train_there_and_is_not_listed_is_reported() -> None:
    assert of_mini() == ["gpt-4.1-mini-2025-04-14: the account does not list it"]
    assert list(differences(CATALOG, [], "westeurope")) == []


def test_a_model_that_the_account_trains_and_the_catalogue_lacks_is_reported() -> None:
    new = Offer(name="gpt-6-mini", version="2027-01-15", global_fine_tune=True)
    base = Offer(name="gpt-5.5", version="2026-04-24")
    assert list(differences(CATALOG, [new, base], "westeurope")) == [
        "gpt-6-mini 2027-01-15: the account trains it, the catalogue does not have it"
    ]


def test_another_version_or_a_fine_tuned_model_is_another_row() -> None:
    other = replace(AGREED, version="2026-01-01")
    tuned = replace(AGREED, base="gpt-4.1-mini")
    assert offer_of([other, tuned], mini()) is None
    assert offer_of([other, AGREED], mini()) is AGREED


def test_the_format_of_a_fine_tuned_model_is_the_one_that_the_account_lists() -> None:
    name = f"new-model.ft-{JOB}"
    offers = [AGREED, Offer(name=name.upper(), format="Contoso", base="new-model")]
    assert arm_format_of(offers, name) == "Contoso"
    assert arm_format_of(offers, "other") is None
