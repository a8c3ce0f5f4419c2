"""The words in which messages name things, the same in every rule."""

from __future__ import annotations

from datetime import datetime

from aoai_policies.facts import Account, Deployment, Job
from aoai_policies.values import UNKNOWN, UnknownType


def deployment_of(deployment: Deployment) -> str:
    """A deployment by its logical name and, where it is known and another, its name in Azure."""
    name = deployment.deployment_name
    if name is UNKNOWN or name == deployment.name:
        return f"deployment {quoted(deployment.name)}"
    return f"deployment {quoted(deployment.name)} ({name})"


def account_of(deployment: Deployment) -> str:
    """The account of a deployment with its region, as far as they are known."""
    return account_named(deployment.account)


def account_named(account: Account) -> str:
    """An account with its region, as far as they are known."""
    name = "that is not known yet" if account.name is UNKNOWN else account.name
    return name if account.location is UNKNOWN else f"{name} ({account.location})"


def place(deployment: Deployment) -> str:
    """A deployment and its account, at the beginning of a sentence."""
    return titled(f"{deployment_of(deployment)} in account {account_of(deployment)}")


def job_of(job: Job) -> str:
    """A job and its account, at the beginning of a sentence."""
    return f"Job {quoted(job.name)} in account {account_named(job.account)}"


def quoted(name: str) -> str:
    """A name that people chose."""
    return f'"{name}"'


def titled(sentence: str) -> str:
    """A sentence with a capital at its beginning, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def days(count: int) -> str:
    """A number of days."""
    return "1 day" if count == 1 else f"{count} days"


def day(moment: datetime | UnknownType | None) -> str:
    """The day of a time, in the calendar of UTC."""
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else "a day that was not recorded"


def usd(amount: float) -> str:
    """An amount of money, with cents where they matter."""
    return f"{amount:,.2f} USD" if amount < 100 else f"{amount:,.0f} USD"  # noqa: PLR2004
