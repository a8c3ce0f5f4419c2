"""A fine-tuned deployment that nobody calls is removed by Azure; its model stays.

Source: "the deployment is deleted if it is inactive for more than fifteen (15) days": deployed more
than 15 days ago and no completion or chat completion call for 15 days on end (Azure OpenAI, how to
fine-tune, deploy a customized model). Developer tier has a rule of its own: 24 hours, used or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from ..facts import Deployment, Stack
from ..rule import ON_UNKNOWN, Config, Finding, Level, Rule, level_of_unknown
from ..values import UNKNOWN
from ..wording import account_of, day, days, deployment_of, quoted, titled

REMOVED_AFTER = timedelta(days=15)
FRESH_FOR = timedelta(hours=24)
"""How old a reading may be: Monitor's figures are looked at once a night."""
DEVELOPER_TIERS = frozenset({"developer", "developertier"})


@dataclass(frozen=True)
class Limits:
    """When to warn, when to fail, and how loud to be where activity cannot be known."""

    warn: timedelta
    fail: timedelta
    on_unknown: Level


def check(stack: Stack, config: Config, now: datetime) -> Iterator[Finding]:
    """At most one finding a deployment: removed, not known, idle for too long, or soon."""
    limits = _limits(config)
    for deployment in stack.deployments:
        if deployment.may_serve_fine_tuned and not _developer_tier(deployment):
            yield from _judge(deployment, limits, now)


def _limits(config: Config) -> Limits:
    warn, fail = (float(str(config[name])) for name in ("warnAfterDays", "failAfterDays"))
    return Limits(
        warn=timedelta(days=warn),
        fail=timedelta(days=fail),
        on_unknown=level_of_unknown(config),
    )


def _developer_tier(deployment: Deployment) -> bool:
    return deployment.sku is not UNKNOWN and deployment.sku.casefold() in DEVELOPER_TIERS


def _judge(deployment: Deployment, limits: Limits, now: datetime) -> Iterator[Finding]:
    if deployment.removed_for_inactivity is True:
        # With redeploy the next `up` brings it back: nothing to block.
        if deployment.redeploy is not True:
            yield Finding(deployment.urn, _removed(deployment))
    elif deployment.deployment_id is not UNKNOWN:
        yield from _judge_existing(deployment, limits, now)


def _judge_existing(deployment: Deployment, limits: Limits, now: datetime) -> Iterator[Finding]:
    idle = _idle_time(deployment, now)
    if idle is None or not _read_lately(deployment, now):
        # At the worst it was never called since: does that matter yet?
        harmless = idle is not None and idle < limits.fail
        level = "advisory" if harmless else limits.on_unknown
        yield Finding(deployment.urn, _unread(deployment, idle), level)
    elif idle >= limits.fail:
        yield Finding(deployment.urn, _idle(deployment, idle))
    elif idle >= limits.warn:
        yield Finding(deployment.urn, _idle(deployment, idle), "advisory")


def _idle_time(deployment: Deployment, now: datetime) -> timedelta | None:
    last_used = _last_used(deployment)
    if last_used is None:
        return None
    # The service's clock may be ahead of this one; an emulator's can be set ahead by weeks.
    return max(_known(now, last_used, deployment.activity.observed_at)) - last_used


def _last_used(deployment: Deployment) -> datetime | None:
    moments = _known(deployment.created_at, deployment.activity.last_inference_at)
    return max(moments, default=None)


def _read_lately(deployment: Deployment, now: datetime) -> bool:
    activity = deployment.activity
    if activity.last_inference_at is UNKNOWN:
        # Not looked at yet: right for a deployment that was made a moment ago.
        readings = _known(deployment.created_at)
    else:
        readings = _known(activity.observed_at)
    return any(now - reading <= FRESH_FOR for reading in readings)


def _known(*moments: object) -> list[datetime]:
    return [moment for moment in moments if isinstance(moment, datetime)]


def _idle(deployment: Deployment, idle: timedelta) -> str:
    last = deployment.activity.last_inference_at
    used = f"last called on {day(last)}" if _known(last) else "never called"
    return (
        f"{_place(deployment)} has been idle for {days(idle.days)}: "
        f"made on {day(deployment.created_at)}, {used}.\n"
        f"{_removal(deployment, idle)}; the model stays. Send it a chat request, "
        f"or remove {quoted(deployment.name)} from the program."
    )


def _removal(deployment: Deployment, idle: timedelta) -> str:
    deleted_on = deployment.activity.deleted_on
    when = f" on {day(deleted_on)}" if isinstance(deleted_on, datetime) else ""
    left = ceil((REMOVED_AFTER - idle) / timedelta(days=1))
    if left <= 0:
        return f"Azure may remove it at any moment: that was due{when or ' after 15 days'}"
    return f"Azure removes it{when}, {'within a day' if left == 1 else f'in {left} days'}"


def _removed(deployment: Deployment) -> str:
    return (
        f"{_place(deployment)} was removed by Azure on {day(deployment.activity.deleted_on)}, "
        "after 15 days without a call. The model was not touched.\n"
        f"Remove {quoted(deployment.name)} from the program, or set `redeploy: true` on it: "
        "the same model is then deployed again."
    )


def _unread(deployment: Deployment, idle: timedelta | None) -> str:
    observed_at = deployment.activity.observed_at
    read = f"were last read on {day(observed_at)}" if _known(observed_at) else "were never read"
    worst = "" if idle is None else f": it may have been idle for {days(idle.days)}"
    place = f"{deployment_of(deployment)} in account {account_of(deployment)}"
    return (
        f"The calls of {place} {read}{worst}.\n"
        "Run `pulumi preview --refresh`: it reads them from Azure Monitor, which takes the role "
        "Monitoring Reader on the account."
    )


def _place(deployment: Deployment) -> str:
    return titled(f"{deployment_of(deployment)} in account {account_of(deployment)}")


RULE = Rule(
    name="inactive-deployment",
    description="Checks that a fine-tuned deployment is called before Azure removes it as idle.",
    severity="medium",
    enforcement="mandatory",
    settings={
        "warnAfterDays": {
            "type": "number",
            "minimum": 0,
            "default": 10,
            "description": "Days without a call that earn a warning.",
        },
        "failAfterDays": {
            "type": "number",
            "minimum": 0,
            "default": 14,
            "description": "Days without a call that fail the check; Azure removes after 15.",
        },
        **ON_UNKNOWN,
    },
    remediation=(
        "Call the deployment, or remove it from the program: its model stays and can be deployed "
        "again. One that Azure has removed comes back with `redeploy: true`."
    ),
    check=check,
    warns=True,
)
