"""What the fine-tuned deployments of a stack cost for hosting, whatever their use.

Source: the catalogue's hosting prices, in USD; 730 hours a month, as Azure's price pages count.
Tokens and provisioned throughput come on top and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding
from aoai_policies.hosting import HOURS_A_MONTH, hourly_price
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import number, number_setting
from aoai_policies.wording import account_of, deployment_of, place, usd


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding at the deployment that goes over the budget; a warning near it."""
    budget = number(config, "monthlyUsd")
    if budget <= 0:
        return
    share = number(config, "warnAtPercent") / 100
    total = 0.0
    warned = False
    for deployment in _hosted(stack):
        price = hourly_price(deployment)
        if price is None:
            yield Finding(deployment.urn, _unknown(deployment), "advisory")
            continue
        before, total = total, total + price * HOURS_A_MONTH
        if before <= budget < total:
            yield Finding(deployment.urn, _over(deployment, total, budget))
        elif not warned and budget * share < total <= budget:
            warned = True
            yield Finding(deployment.urn, _near(deployment, total, budget), "advisory")


def _hosted(stack: Stack) -> Iterator[Deployment]:
    for deployment in stack.deployments:
        billed = deployment.registered and deployment.may_serve_fine_tuned
        if billed and deployment.removed_for_inactivity is not True:
            yield deployment


def _over(deployment: Deployment, total: float, budget: float) -> str:
    return (
        f"With {deployment_of(deployment)} in account {account_of(deployment)} the hosting of "
        f"this stack's deployments comes to {usd(total)} a month; the budget is {usd(budget)}.\n"
        "Take a deployment out of the program, use the developer tier for a look, or raise the "
        "budget in the policy config."
    )


def _near(deployment: Deployment, total: float, budget: float) -> str:
    return (
        f"With {deployment_of(deployment)} in account {account_of(deployment)} the hosting of "
        f"this stack's deployments comes to {usd(total)} a month, near the budget of "
        f"{usd(budget)}."
    )


def _unknown(deployment: Deployment) -> str:
    return (
        f"{place(deployment)} is not in the sum for the monthly budget: the price of its model "
        "and SKU is not known."
    )


RULE = Rule(
    name="monthly-hosting-budget",
    title="Monthly hosting budget",
    description="Checks that the hosting of all deployments stays within a monthly budget.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("FinOps", "budgeting"),
    settings={
        "monthlyUsd": number_setting("The budget in USD a month; 0 is none.", 0),
        "warnAtPercent": number_setting("Part of the budget, in percent, from which to warn.", 80),
    },
    remediation="Take a deployment out of the program, or raise the budget.",
    check=check,
    warns=True,
    before_create="with others",
)
