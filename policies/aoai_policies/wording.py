"""The words in which messages name things, the same in every rule."""

from __future__ import annotations

from datetime import datetime

from .facts import Deployment
from .values import UNKNOWN, UnknownType


def deployment_of(deployment: Deployment) -> str:
    """A deployment by its logical name and, where it is known and another, its name in Azure."""
    name = deployment.deployment_name
    if name is UNKNOWN or name == deployment.name:
        return f"deployment {quoted(deployment.name)}"
    return f"deployment {quoted(deployment.name)} ({name})"


def account_of(deployment: Deployment) -> str:
    """An account with its region, as far as they are known."""
    account = deployment.account
    name = "that is not known yet" if account.name is UNKNOWN else account.name
    return name if account.location is UNKNOWN else f"{name} ({account.location})"


def quoted(name: str) -> str:
    """A name that people chose."""
    return f'"{name}"'


def titled(sentence: str) -> str:
    """A sentence with a capital at its beginning, the rest as it stands."""
    return sentence[:1].upper() + sentence[1:]


def days(count: int) -> str:
    """A number of days."""
    return "1 day" if count == 1 else f"{count} days"


def day(moment: datetime | UnknownType | None) -> str:
    """The day of a time, in the calendar of UTC."""
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else "a day that was not recorded"
