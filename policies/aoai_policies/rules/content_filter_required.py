"""Deployments have a content filter that a team has approved.

Without `rai_policy_name` the account's default filter applies, which anybody with the role on the
account can change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import ANY, allows, list_setting, texts
from aoai_policies.values import UNKNOWN, Properties
from aoai_policies.wording import place


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each deployment whose filter is not on the list."""
    allowed = texts(config, "allowed")
    if ANY in allowed:
        return
    for deployment in stack.deployments:
        name = deployment.rai_policy_name
        if name is UNKNOWN:
            text = f"{place(deployment)} has a content filter that is not known yet."
            yield Finding(deployment.urn, text, unknown="rai_policy_name")
        elif name is None or not allows(allowed, name):
            has = f"the content filter {name}" if name else "no content filter of its own"
            yield Finding(
                deployment.urn,
                f"{place(deployment)} has {has}; the policy config of this stack asks for one of "
                f"{', '.join(allowed)}.\nSet `rai_policy_name` to one of them.",
            )


def remedy(properties: Properties, config: Config) -> Properties | None:
    """The first filter of the list, for a deployment that has none."""
    allowed = texts(config, "allowed")
    missing = properties.get("rai_policy_name") is None
    return {"rai_policy_name": allowed[0]} if missing and allowed and ANY not in allowed else None


RULE = Rule(
    name="content-filter-required",
    title="Content filter",
    description="Checks that a deployment has an approved content filter.",
    severity="high",
    enforcement="mandatory",
    framework=Framework("EU AI Act", "article 15, accuracy, robustness and cybersecurity"),
    settings={
        "allowed": list_setting(
            "Names of content filters (RAI policies) that are allowed; `*` is any or none. At the "
            "level `remediate` a deployment without one gets the first.",
            [ANY],
        )
    },
    remediation="Set `rai_policy_name` to an approved content filter.",
    check=check,
    judges="inputs",
    remedy=remedy,
)
