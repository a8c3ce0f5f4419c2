"""A fine-tuned deployment that nobody calls is removed by Azure; its model stays.

Source: "the deployment is deleted if it is inactive for more than fifteen (15) days": deployed more
than 15 days ago and no completion or chat completion call for 15 days on end (Azure OpenAI, how to
fine-tune, deploy a customized model). Developer tier has a rule of its own: 24 hours, used or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding, Level
from aoai_policies.idle_messages import idle_text, not_read_text, not_shown_text, unread_text
from aoai_policies.idleness import REMOVED_AFTER, Idleness, idleness
from aoai_policies.rule import ON_UNKNOWN, Config, Framework, Rule, level_of_unknown
from aoai_policies.settings import number, number_setting
from aoai_policies.values import UNKNOWN


@dataclass(frozen=True)
class Limits:
    """When to warn, when to fail, and the level where activity cannot be known."""

    warn: timedelta
    fail: timedelta
    on_unknown: Level


def check(stack: Stack, config: Config, now: datetime) -> Iterator[Finding]:
    """At most one finding a deployment: not known, idle for too long, or soon."""
    limits = _limits(config)
    for deployment in stack.deployments:
        if not deployment.may_serve_fine_tuned or deployment.is_developer_tier:
            continue
        if deployment.removed_for_inactivity is True or not deployment.registered:
            continue
        if not deployment.managed:
            yield Finding(deployment.urn, not_read_text(deployment), "advisory")
        elif deployment.deployment_id is not UNKNOWN:
            yield from _judge(deployment, limits, now)
        elif stack.exists and _may_be_there(deployment):
            yield Finding(deployment.urn, not_shown_text(deployment), "advisory")


def _may_be_there(deployment: Deployment) -> bool:
    """Whether one that this run makes or changes may exist already, under a name that stays."""
    return deployment.model is not UNKNOWN or deployment.deployment_name is not UNKNOWN


def _limits(config: Config) -> Limits:
    return Limits(
        warn=timedelta(days=number(config, "warnAfterDays")),
        # A config cannot fail later than Azure removes.
        fail=min(timedelta(days=number(config, "failAfterDays")), REMOVED_AFTER),
        on_unknown=level_of_unknown(config),
    )


def _judge(deployment: Deployment, limits: Limits, now: datetime) -> Iterator[Finding]:
    seen = idleness(deployment, now)
    if seen.certain and seen.idle and seen.idle >= limits.fail:
        yield Finding(deployment.urn, idle_text(deployment, seen))
    elif not seen.fresh:
        yield Finding(deployment.urn, unread_text(deployment, seen), _level(seen, limits))
    elif seen.idle and seen.idle >= limits.warn:
        yield Finding(deployment.urn, idle_text(deployment, seen), "advisory")


def _level(seen: Idleness, limits: Limits) -> Level:
    # At the worst nobody has called since the reading: a fault only if that is too long. If this
    # clock is wrong, the age of the reading is not known.
    harmless = seen.idle is not None and not seen.from_future and seen.idle < limits.fail
    return "advisory" if harmless else limits.on_unknown


RULE = Rule(
    name="inactive-deployment",
    title="Inactive deployment",
    description="Checks that a fine-tuned deployment is called before Azure removes it as idle.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "deploy a customized model: 15 days without a call"),
    settings={
        "warnAfterDays": number_setting("Days without a call from which to warn.", 10),
        "failAfterDays": number_setting(
            "Days without a call that fail the check; Azure removes after 15.", 14
        ),
        **ON_UNKNOWN,
    },
    remediation=(
        "Call the deployment, or remove it from the program: its model stays and can be deployed "
        "again."
    ),
    check=check,
    warns=True,
)
