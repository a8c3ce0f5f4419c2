"""The table of what a stack costs, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_components.costs import as_output, as_text, hosting_lines, monthly_before

from aoai.catalog import Amount, CostLine, CostTable, built_in
from tests.stack_settings import read_settings
from tests.unit.components.test_settings import config, tutor

HOSTED = Amount.of(1241.0)  # 1.70 USD an hour * 730 hours


def lines(**deployments: dict[str, Any]) -> list[CostLine]:
    account = {"model": "tutor", "account": "sweden"}
    given = {key: {**account, **values} for key, values in deployments.items()}
    models = tutor(baseModel="gpt-4.1-mini-2025-04-14")
    settings = read_settings(config(models=models, deployments=given), {})
    return hosting_lines(settings, built_in())


def test_each_deployment_is_hosted_by_its_sku() -> None:
    found = lines(regional={}, everywhere={"sku": "GlobalStandard"}, trial={"sku": "DeveloperTier"})
    assert found == [
        CostLine("deployments.regional", "monthly", HOSTED),
        CostLine("deployments.everywhere", "monthly", HOSTED),
        CostLine(
            "deployments.trial", "monthly", Amount.of(0.0), "the service deletes it after 24 hours"
        ),
    ]


TABLE = CostTable(
    (
        CostLine("models.tutor", "once", Amount.of(3.08)),
        CostLine("models.charts", "once", Amount(1.65, 165.0), "40 images are not counted"),
        CostLine("models.judge", "once", None, "by the hour"),
        CostLine("deployments.a", "monthly", HOSTED),
        CostLine("deployments.b", "monthly", HOSTED),
    )
)


def test_the_table_has_a_line_for_each_and_the_sums() -> None:
    """3.08 + 1.65 = 4.73; 3.08 + 165 = 168.08; 2 * 1,241 = 2,482."""
    assert as_text(TABLE, None).splitlines() == [
        "estimated costs, USD",
        "                           once   a month",
        "  models.tutor             3.08",
        "  models.charts  1.65 to 165.00",
        "  models.judge        not known",
        "  deployments.a                  1,241.00",
        "  deployments.b                  1,241.00",
        "  sum            4.73 to 168.08  2,482.00",
        "  models.charts: 40 images are not counted",
        "  models.judge: by the hour",
        "  the sums are without models.judge",
    ]


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (Amount.of(1241.0), "+1,241.00"),
        (Amount.of(2482.0), "+0.00"),
        (Amount.of(4964.0), "-2,482.00"),
        (Amount(0.0, 1.0), "+2,482.00 to +2,481.00"),
    ],
)
def test_the_change_is_to_what_the_last_update_left(before: Amount, change: str) -> None:
    (line,) = (line for line in as_text(TABLE, before).splitlines() if "change to now" in line)
    assert line.split("now")[1].strip() == change


def test_the_output_is_read_back_as_what_was_before() -> None:
    output = as_output(TABLE)
    assert output == {
        "training_usd": {"low": 4.73, "high": 168.08},
        "hosting_usd_a_month": {"low": 2482.0, "high": 2482.0},
        "not_known": ["models.judge"],
    }
    assert monthly_before({"costs": output}) == Amount.of(2482.0)


@pytest.mark.parametrize(
    "outputs",
    [{}, {"costs": None}, {"costs": {"hosting_usd_a_month": {"low": "1"}}}, {"costs": []}],
)
def test_outputs_without_costs_are_no_cost_before(outputs: dict[str, Any]) -> None:
    assert monthly_before(outputs) is None
