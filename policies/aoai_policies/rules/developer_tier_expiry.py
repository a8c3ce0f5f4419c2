"""A deployment of the developer tier is gone after 24 hours, whatever its use.

Source: "removed automatically after 24 hours regardless of usage", no hourly fee, no SLA (Azure
OpenAI, cost management for fine-tuning): for looking at a model, not for serving it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import floor

from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import flag, flag_setting, number, number_setting
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import deployment_of, place, quoted

LIFETIME = timedelta(hours=24)
_FORM = "%Y-%m-%d %H:%M UTC"


def check(stack: Stack, config: Config, now: datetime) -> Iterator[Finding]:
    """At most one finding a deployment: not allowed here, or near its end."""
    allowed = flag(config, "allowed")
    warn = timedelta(hours=number(config, "warnHoursBefore"))
    for deployment in stack.deployments:
        if not deployment.registered:
            continue
        if not allowed and deployment.sku is UNKNOWN:
            text = f"Whether {deployment_of(deployment)} is of the developer tier is not known yet."
            yield Finding(deployment.urn, text, "advisory")
        if not deployment.is_developer_tier or deployment.removed_for_inactivity is True:
            continue
        if not allowed:
            yield Finding(deployment.urn, _not_allowed(deployment))
        elif isinstance(deployment.created_at, datetime):
            seen = deployment.activity.observed_at
            latest = max(now, seen) if isinstance(seen, datetime) else now
            left = deployment.created_at + LIFETIME - latest
            if left <= warn:
                yield Finding(deployment.urn, _ends(deployment, left), "advisory")


def _not_allowed(deployment: Deployment) -> str:
    return (
        f"{place(deployment)} is of the developer tier, which this stack does not allow: Azure "
        "removes it 24 hours after it was made, and it has no SLA.\n"
        f"Give {quoted(deployment.name)} the SKU Standard or GlobalStandard."
    )


def _ends(deployment: Deployment, left: timedelta) -> str:
    ends = deployment.created_at + LIFETIME if isinstance(deployment.created_at, datetime) else None
    when = f"{ends:{_FORM}}" if ends else "24 hours after it was made"
    hours = floor(left / timedelta(hours=1))
    how = f"in {hours} hours" if hours > 1 else "within two hours"
    removal = (
        f"removes it at {when}, {how}" if left > timedelta() else f"was to remove it at {when}"
    )
    return (
        f"{place(deployment)} is of the developer tier: Azure {removal}, whatever its use. It "
        "costs no hosting, and its model stays.\n"
        f"Take {quoted(deployment.name)} out of the program when you have looked at the model, or "
        "give it the SKU Standard or GlobalStandard to keep serving it."
    )


RULE = Rule(
    name="developer-tier-expiry",
    title="Developer tier",
    description="Checks that nobody relies on a deployment that is gone after 24 hours.",
    severity="low",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "cost management for fine-tuning"),
    settings={
        "allowed": flag_setting(
            "Whether the developer tier is allowed in this stack.", default=True
        ),
        "warnHoursBefore": number_setting("Hours before the removal from which to warn.", 6),
    },
    remediation="Give it the SKU Standard or GlobalStandard, or take it out of the program.",
    check=check,
    warns=True,
)
