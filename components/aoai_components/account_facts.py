"""What an account says about itself, its models and its quotas: one look for each account."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from aoai.azure.account import Account
from aoai.azure.arm.accounts import AccountDetails, Usage
from aoai.azure.arm.deployments import Deployment
from aoai.azure.authoring.files import File
from aoai.azure.clients import AccountClients, connect
from aoai.catalog import Offer
from aoai.errors import AoaiError

T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """One answer, or why there is none.

    Attributes:
        value: the answer; None if it could not be read.
        error: why not; None if it was.
    """

    value: T | None = None
    error: AoaiError | None = None


@dataclass(frozen=True)
class AccountFacts:
    """What is known of one account before anything is made in it.

    Attributes:
        files: of the data plane, which is asked only where a model is trained: that it answers
            shows that the endpoint is right and that this identity may use it.
    """

    details: Reading[AccountDetails]
    offers: Reading[list[Offer]]
    deployments: Reading[list[Deployment]]
    usages: Reading[list[Usage]]
    content_filters: Reading[list[str]]
    files: Reading[list[File]] = Reading()

    @property
    def unread(self) -> list[AoaiError]:
        """Why some of it is not known."""
        readings: tuple[Reading[object], ...] = (
            self.details,
            self.offers,
            self.deployments,
            self.usages,
            self.content_filters,
            self.files,
        )  # type: ignore[assignment] # only the errors are looked at
        return [reading.error for reading in readings if reading.error is not None]


def read_accounts(
    accounts: Mapping[str, Account],
    trains: Collection[str] = (),
    connect: Callable[[Account], AccountClients] = connect,
) -> dict[str, AccountFacts]:
    """Look at all accounts at once, each with a handful of list calls at once.

    Args:
        accounts: by the key that the stack's file gives them.
        trains: the keys of those that files and jobs are sent to.
        connect: how an account is reached.
    """
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = pool.map(lambda key: _read(connect(accounts[key]), key in trains), accounts)
        return dict(zip(accounts, found, strict=True))


def _read(clients: AccountClients, trains: bool) -> AccountFacts:
    details = _reading(clients.accounts.get_account)
    if details.error is not None:  # the rest would say the same, one by one
        return AccountFacts(details, Reading(), Reading(), Reading(), Reading())
    with ThreadPoolExecutor(max_workers=5) as pool:  # a list can take Azure a second
        offers = pool.submit(_reading, clients.account_models.list_models)
        deployments = pool.submit(_reading, clients.inventory.deployments)
        usages = pool.submit(_reading, clients.accounts.list_usages)
        content_filters = pool.submit(_reading, clients.accounts.list_rai_policies)
        files = pool.submit(_reading, clients.inventory.files) if trains else None
    return AccountFacts(
        details,
        offers.result(),
        deployments.result(),
        usages.result(),
        content_filters.result(),
        files.result() if files else Reading(),
    )


def _reading(read: Callable[[], T]) -> Reading[T]:
    try:
        return Reading(read())
    except AoaiError as error:
        return Reading(error=error)
