"""The messages of inactive-deployment."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from aoai_policies.facts import Deployment
from aoai_policies.hosting import hourly_price
from aoai_policies.idleness import REMOVED_AFTER, Idleness
from aoai_policies.wording import account_of, day, days, deployment_of, place, quoted, usd


def idle_text(deployment: Deployment, seen: Idleness) -> str:
    """For how long it has been idle, when Azure removes it, what it costs, what to do."""
    idle = seen.idle or timedelta()
    last = deployment.activity.last_inference_at
    used = f"last called on {day(last)}" if isinstance(last, datetime) else "never called"
    return (
        f"{place(deployment)} has been idle for {days(idle.days)}: "
        f"made on {day(deployment.created_at)}, {used}.\n"
        f"{_removal(deployment, seen, idle)}; the model stays.{_money(deployment, idle)} "
        f"Send it a chat request, or remove {quoted(deployment.name)} from the program."
    )


def _removal(deployment: Deployment, seen: Idleness, idle: timedelta) -> str:
    when = ""
    if seen.last_used and isinstance(deployment.activity.deleted_on, datetime):
        # One sum gives the day and the days that are left, so that they cannot disagree.
        when = f" on {day(seen.last_used + REMOVED_AFTER)}"
    left = ceil((REMOVED_AFTER - idle) / timedelta(days=1))
    if left <= 0:
        return f"Azure may remove it at any moment: that was due{when or ' after 15 days'}"
    return f"Azure removes it{when}, {'within a day' if left == 1 else f'in {left} days'}"


def _money(deployment: Deployment, idle: timedelta) -> str:
    price = hourly_price(deployment)
    left = (REMOVED_AFTER - idle) / timedelta(hours=1)
    if not price or left <= 0:
        return ""
    return f" Until then its hosting costs {usd(price * left)}, at {usd(price)} an hour."


def unread_text(deployment: Deployment, seen: Idleness) -> str:
    """Why its use is not known, for how long it may have been idle, what to do."""
    observed_at = deployment.activity.observed_at
    read = f"were last read on {day(observed_at)}"
    if not isinstance(observed_at, datetime):
        read = "were never read"
    if deployment.activity.unknown:
        read = f"are not known: {deployment.activity.unknown}"
    worst = "" if seen.idle is None else f": it may have been idle for {days(seen.idle.days)}"
    clock = ", which is still to come by the clock here: set the clock" if seen.from_future else ""
    return (
        f"The calls of {deployment_of(deployment)} in account {account_of(deployment)} "
        f"{read}{clock or worst}.\n"
        "Run `pulumi preview --refresh`: it reads them from Azure Monitor, which takes the role "
        "Monitoring Reader on the account."
    )


def not_shown_text(deployment: Deployment) -> str:
    """That this preview does not show its use."""
    return (
        f"{place(deployment)} is made or changed by this run, and until then its activity is not "
        "shown: if it exists already, it may have been idle for any time.\n"
        "Run `pulumi refresh` and `aoai policy check` on the stack's export to see it, or look at "
        "the check after the update."
    )


def not_read_text(deployment: Deployment) -> str:
    """That nobody reads the use of another provider's deployment."""
    return (
        f"The calls of {deployment_of(deployment)} in account {account_of(deployment)} are not "
        f"read: {deployment.activity.unknown}. Azure removes it after 15 days without a call.\n"
        f"Make it with a ModelDeployment that has `adopt: true`, or look at its calls elsewhere."
    )
