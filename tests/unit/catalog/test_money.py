"""Costs, worked out by hand."""

from __future__ import annotations

import pytest

from aoai.catalog import built_in, with_prices
from aoai.catalog.cost_table import CostLine, CostTable
from aoai.catalog.money import Amount, estimate_hosting, estimate_training

CATALOG = built_in()


def test_supervised_training_is_tokens_times_epochs_times_price() -> None:
    """1,000,000 tokens * 2 epochs * 25 USD for a million = 50 USD."""
    estimate = estimate_training(
        CATALOG, "gpt-4.1", tokens=1_000_000, epochs=2, training_type="GlobalStandard"
    )
    assert estimate.amount == Amount.of(50.0)
    assert estimate.notes == ()


def test_a_preference_training_is_billed_like_any_other() -> None:
    """100 pairs * 875 tokens * 3 epochs = 262,500 tokens; * 5.50 / 1,000,000 = 1.44375 USD."""
    estimate = estimate_training(
        CATALOG, "gpt-4.1-mini-2025-04-14", tokens=87_500, epochs=3, method="dpo"
    )
    assert estimate.amount is not None
    assert estimate.amount.low == estimate.amount.high == pytest.approx(1.44375)


def test_images_are_a_range_up_to_the_bytes_of_the_file() -> None:
    """Text: 20,000 * 3 * 27.50 / 1,000,000 = 1.65 USD.

    With images at most 8,000,000 bytes / 4 = 2,000,000 tokens; * 3 * 27.50 / 1,000,000 = 165 USD.
    """
    estimate = estimate_training(
        CATALOG, "gpt-4o", tokens=20_000, epochs=3, images=40, file_bytes=8_000_000
    )
    assert str(estimate.amount) == "1.65 to 165.00"
    assert estimate.notes == (
        "40 images are not counted; the most is the file's bytes / 4 as tokens",
    )


def test_a_small_file_with_images_costs_at_least_its_text() -> None:
    estimate = estimate_training(
        CATALOG, "gpt-4o", tokens=20_000, epochs=1, images=1, file_bytes=1_000
    )
    assert estimate.amount == Amount.of(0.55)


def test_reinforcement_is_by_the_hour_and_not_known_before() -> None:
    estimate = estimate_training(CATALOG, "o4-mini", tokens=9, epochs=1, method="reinforcement")
    assert estimate.amount is None
    assert estimate.by_the_hour
    assert estimate.notes == (
        "100.00 USD for each hour of training; no file shows how many it takes",
        "the service pauses the job at 5,000.00 USD",
        "tokens of a model that grades are billed too",
    )


@pytest.mark.parametrize(
    ("model", "method"), [("Qwen3-32B", "supervised"), ("gpt-5", "reinforcement")]
)
def test_a_training_without_a_price_says_so(model: str, method: str) -> None:
    kind = "GlobalStandard"
    estimate = estimate_training(
        CATALOG, model, tokens=1, epochs=1, method=method, training_type=kind
    )
    assert (estimate.amount, estimate.notes) == (None, ("no price is known",))


def test_a_stated_price_is_taken() -> None:
    """1,000 tokens * 10 epochs * 2 USD for a million = 0.02 USD."""
    catalog = with_prices({"Qwen3-32B": 2.0})
    estimate = estimate_training(catalog, "Qwen3-32B", tokens=1_000, epochs=10)
    assert str(estimate.amount) == "0.02"


@pytest.mark.parametrize(
    ("sku", "amount", "note"),
    [
        ("Standard", "1,241.00", ""),
        ("globalstandard", "1,241.00", ""),
        ("Developer", "0.00", "the service deletes it after 24 hours"),
        ("ProvisionedManaged", "None", "provisioned throughput is billed by its units"),
        ("DataZoneStandard", "None", "no price is known"),
        ("Bogus", "None", "no price is known"),
    ],
)
def test_a_deployment_is_hosted_for_730_hours_a_month(sku: str, amount: str, note: str) -> None:
    """1.70 USD * 730 hours = 1,241 USD."""
    estimate = estimate_hosting(CATALOG, "gpt-4.1-mini", sku)
    assert (str(estimate.amount), "".join(estimate.notes)) == (amount, note)


def test_a_base_model_costs_nothing_to_host() -> None:
    estimate = estimate_hosting(CATALOG, "gpt-4.1-mini", "Standard", kind="base")
    assert estimate.amount == Amount.of(0.0)


def line(item: str, paid: str, amount: Amount | None, note: str = "") -> CostLine:
    return CostLine(item, "once" if paid == "once" else "monthly", amount, note)


HOSTED = Amount.of(1241.0)
STACK = CostTable(
    (
        line("models.support", "once", Amount.of(3.08)),
        line("models.charts", "once", Amount(1.65, 165.0), "40 images are not counted"),
        line("models.judge", "once", None, "by the hour"),
        *(line(f"deployments.{name}", "monthly", HOSTED) for name in "abcd"),
        line("deployments.try", "monthly", Amount.of(0.0)),
    )
)


def test_a_stack_is_summed_with_its_ranges() -> None:
    """3.08 + 1.65 = 4.73, 3.08 + 165.00 = 168.08; 4 * 1,241 = 4,964."""
    assert str(STACK.total("once")) == "4.73 to 168.08"
    assert str(STACK.total("monthly")) == "4,964.00"
    assert STACK.unknown == ("models.judge",)


def test_the_change_of_a_month_is_of_what_changed() -> None:
    """One deployment goes, one of 0 USD and one of 1,241 USD come: 1,241 - 1,241 = 0."""
    ranged = line("deployments.ranged", "monthly", Amount(1.0, 2.0))
    before = CostTable((ranged, line("deployments.a", "monthly", HOSTED)))
    after = CostTable((ranged, line("deployments.b", "monthly", HOSTED)))
    assert after.monthly_change(before) == Amount.of(0.0)
    assert CostTable().monthly_change(before) == Amount(-1243.0, -1242.0)
    assert after.monthly_change(CostTable()) == Amount(1242.0, 1243.0)
