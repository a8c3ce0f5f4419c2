"""The table of what a stack costs, worked out by hand."""

from __future__ import annotations

from typing import Any

from aoai_components.config import Stack
from aoai_components.costs import StackCosts, as_output, as_text, hosting_lines
from aoai_components.prior_state import PriorState

from aoai.catalog import Amount, CostLine, CostTable, built_in
from tests.stack_settings import read_settings
from tests.unit.components.test_settings import config, tutor

CALLS = "calls come on top: 0.40 USD in and 1.60 USD out for a million tokens"
HOSTED = Amount.of(1241.0)  # 1.70 USD an hour * 730 hours


def lines(**deployments: dict[str, Any]) -> list[CostLine]:
    given = {key: {"model": key, "account": "sweden", **v} for key, v in deployments.items()}
    (model,) = tutor(baseModel="gpt-4.1-mini-2025-04-14").values()
    models = dict.fromkeys(deployments, model)
    settings = read_settings(config(models=models, deployments=given), {})
    return hosting_lines(settings, built_in())


def test_each_deployment_is_hosted_by_its_sku() -> None:
    found = lines(regional={}, everywhere={"sku": "GlobalStandard"}, trial={"sku": "DeveloperTier"})
    assert found == [
        CostLine("deployments.regional", "monthly", HOSTED),
        CostLine(
            "deployments.everywhere",
            "monthly",
            HOSTED,
            CALLS,
        ),
        CostLine(
            "deployments.trial",
            "monthly",
            Amount.of(0.0),
            f"the service deletes it after 24 hours; {CALLS}",
        ),
    ]


JOBS = (
    CostLine("models.tutor", "once", Amount.of(3.08)),
    CostLine("models.charts", "once", Amount(1.65, 165.0), "40 images are not counted"),
    CostLine("models.judge", "once", None, "by the hour"),
)
HOSTING = (
    CostLine("deployments.a", "monthly", HOSTED, "calls on top"),
    CostLine("deployments.b", "monthly", HOSTED, "calls on top"),
)


def costs(*before: CostLine) -> StackCosts:
    return StackCosts(CostTable((*JOBS, *HOSTING)), CostTable(before), {})


def test_the_table_has_a_line_for_each_and_the_sums_and_each_note_once() -> None:
    """3.08 + 1.65 = 4.73; 3.08 + 165 = 168.08; 2 * 1,241 = 2,482."""
    assert as_text(costs()) == [
        "estimated costs, USD",
        "                           once  a month after",
        "  models.tutor             3.08",
        "  models.charts  1.65 to 165.00",
        "  models.judge        not known",
        "  deployments.a                       1,241.00",
        "  deployments.b                       1,241.00",
        "  sum            4.73 to 168.08       2,482.00",
        "  models.charts: 40 images are not counted",
        "  models.judge: by the hour",
        "  deployments.a, deployments.b: calls on top",
        "  the sums are without models.judge",
    ]


def test_what_the_state_holds_is_the_month_now_and_the_difference_is_to_it() -> None:
    """Of 2,482 USD a deployment of 1,241 goes and another of 1,241 comes; one of 100 goes."""
    gone = CostLine("deployments.gone", "monthly", Amount.of(100.0))
    assert as_text(costs(HOSTING[0], gone))[1:9] == [
        "                              once  a month now  a month after",
        "  models.tutor                3.08",
        "  models.charts     1.65 to 165.00",
        "  models.judge           not known",
        "  deployments.a                        1,241.00       1,241.00",
        "  deployments.b                                       1,241.00",
        "  deployments.gone                       100.00",
        "  sum               4.73 to 168.08     1,341.00       2,482.00",
    ]
    assert as_text(costs(HOSTING[0], gone))[9].split() == ["difference", "+1,141.00"]


def test_a_stack_that_costs_nothing_has_no_table() -> None:
    assert as_text(StackCosts(CostTable(), CostTable(), {})) == []


def test_the_costs_of_what_is_held_follow_from_the_state() -> None:
    """2,000,000 trained tokens of gpt-4.1-mini cost 2 * 5.50 USD; one deployment was removed."""
    model = "gpt-4.1-mini-2025-04-14"
    serves = {"model": f"{model}.ft-{'a' * 32}-v1", "sku": "Standard"}
    prior = PriorState(
        {
            ("FineTuningJob", "tutor"): {"model": model, "trained_tokens": None},
            ("FineTunedModel", "tutor"): {"trained_tokens": 2_000_000.0},
            ("ModelDeployment", "a"): {**serves, "removed_for_inactivity": False},
            ("ModelDeployment", "b"): {**serves, "removed_for_inactivity": True},
        }
    )
    settings = read_settings(config(models=tutor(baseModel=model)), {})
    found = StackCosts.of(Stack(settings, {}), prior, set())
    assert str(found.trained["tutor"]) == "11.00"
    assert str(found.before.total("monthly")) == "1,241.00"
    assert found.monthly_change == Amount.of(0.0)


def test_the_output_has_the_sums_of_all_that_is_declared() -> None:
    assert as_output(CostTable((*JOBS, *HOSTING))) == {
        "trainingUsd": {"low": 4.73, "high": 168.08},
        "hostingUsdPerMonth": {"low": 2482.0, "high": 2482.0},
        "notKnown": ["models.judge"],
    }
