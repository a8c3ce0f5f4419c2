"""A deployment that Azure has removed stays in the stack until somebody decides about it.

A refresh keeps a deployment that is gone and was past its day, so that a team sees it; nothing is
made again without being asked for. Source: the 15 days and the 24 hours of "Cost management for
fine-tuning".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import day, place, quoted


def check(stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each deployment that is gone and is not asked back."""
    for deployment in stack.deployments:
        # With redeploy the next `up` brings it back: nothing to block.
        if deployment.removed_for_inactivity is True and deployment.redeploy is not True:
            yield Finding(deployment.urn, _removed(deployment))
        elif deployment.removed_for_inactivity is UNKNOWN:
            yield Finding(deployment.urn, _gone(deployment), "advisory")


def _removed(deployment: Deployment) -> str:
    why = (
        "after 24 hours, as every deployment of the developer tier"
        if deployment.is_developer_tier
        else "after 15 days without a call"
    )
    if deployment.activity.unknown and not deployment.is_developer_tier:
        return _gone(deployment)
    return (
        f"{place(deployment)} was removed by Azure on {day(deployment.activity.deleted_on)}, "
        f"{why}. The model was not touched.\n{_choice(deployment)}"
    )


def _gone(deployment: Deployment) -> str:
    reason = deployment.activity.unknown
    because = f": {reason}" if reason else ""
    return (
        f"{place(deployment)} is gone, and whether Azure removed it for inactivity or somebody "
        f"deleted it is not known{because}. The model was not touched.\n{_choice(deployment)}"
    )


def _choice(deployment: Deployment) -> str:
    return (
        f"Remove {quoted(deployment.name)} from the program, or set `redeploy: true` on it: the "
        "same model is then deployed again. inactive-deployment warns before a removal."
    )


RULE = Rule(
    name="removed-for-inactivity",
    title="Removed for inactivity",
    description="Checks that no deployment is declared that Azure has removed.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "cost management for fine-tuning"),
    settings={},
    remediation="Remove it from the program, or set `redeploy: true`: its model is still there.",
    check=check,
    warns=True,
)
