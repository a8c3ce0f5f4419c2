"""Deployments take no more capacity than a team allows: quota is shared by a whole subscription."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import number, number_setting
from aoai_policies.values import UNKNOWN, Properties
from aoai_policies.wording import place, quoted


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each deployment over the limit."""
    most = number(config, "maxCapacity")
    if most <= 0:
        return
    for deployment in stack.deployments:
        if deployment.capacity is UNKNOWN:
            text = f"{place(deployment)} has a capacity that is not known yet."
            yield Finding(deployment.urn, text, unknown="capacity")
        elif deployment.capacity is not None and deployment.capacity > most:
            yield Finding(
                deployment.urn,
                f"{place(deployment)} has a capacity of {deployment.capacity:g}; the policy config "
                f"of this stack allows {most:g}.\nLower `capacity` of {quoted(deployment.name)}.",
            )


def remedy(properties: Properties, config: Config) -> Properties | None:
    """The most that is allowed, for a deployment that asks for more."""
    most, asked = number(config, "maxCapacity"), properties.get("capacity")
    over = isinstance(asked, int | float) and 0 < most < asked
    return {"capacity": most} if over else None


RULE = Rule(
    name="deployment-capacity",
    title="Capacity of a deployment",
    description="Checks that no deployment has more capacity than is allowed.",
    severity="low",
    enforcement="mandatory",
    framework=Framework("FinOps", "rate and usage optimization"),
    settings={
        "maxCapacity": number_setting(
            "Most capacity of a deployment, as its SKU counts it; 0 is any. At the level "
            "`remediate` a larger one is lowered.",
            0,
        )
    },
    remediation="Lower the capacity.",
    check=check,
    judges="inputs",
    remedy=remedy,
)
