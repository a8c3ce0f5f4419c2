"""Whether a 404 is one of a deployment, a file or a job, or of the account that it is in.

ARM answers ``ResourceNotFound`` for both. An account that is moved to another resource group or
subscription keeps its name, its endpoint and all that is in it, while its old id names nothing any
more: a deployment that is not found there goes on serving, and is billed by the hour.

Source: Azure docs, "Move Azure resources to a new resource group or subscription" (changed
resource ID).
"""

from __future__ import annotations

from dataclasses import replace

from aoai.azure.account import Account
from aoai.azure.arm.accounts import AccountDetails
from aoai.azure.arm_names import same_id, same_name
from aoai.azure.clients import AccountClients, connect
from aoai.errors import ApiError, ConfigurationError, NotFound, RequestNotSent


def find_account(clients: AccountClients) -> AccountClients | None:
    """The clients of an account at the id that it has now; None if there is none any more.

    Raises:
        ConfigurationError: it is elsewhere, where it cannot be seen from here.
        AoaiError: it cannot be found out.
    """
    try:
        clients.inventory.account()
    except NotFound:
        return _moved(clients)
    return clients


def require_endpoint(clients: AccountClients) -> None:
    """Let a 404 of the data plane be believed: the endpoint answers for the account, or it is gone.

    Raises:
        ConfigurationError: the endpoint is not that of the account, which is still there.
        AoaiError: it cannot be found out.
    """
    try:
        clients.inventory.files()
    except NotFound:
        if find_account(clients) is None:
            return
        raise ConfigurationError(
            f"{clients.account} exists, but its endpoint {clients.account.endpoint} answers that "
            "it does not: correct its `endpoint`, run `pulumi up`, then repeat this"
        ) from None


def _moved(clients: AccountClients) -> AccountClients | None:
    account, listed = clients.account, True
    try:
        seen = clients.accounts.list_accounts()
    except ApiError:  # not allowed, or the subscription is not there any more
        seen, listed = [], False
    for details in seen:
        if _is_the_same(account, details):
            return connect(replace(account, id=details.id))
    if not _answers(clients, reached=listed):
        return None
    raise ConfigurationError(
        f"{account} is not at {account.id} any more, and its endpoint still answers: it was moved. "
        "Set the `id` that it has now, run `pulumi up`, then repeat this"
    )


def _is_the_same(account: Account, details: AccountDetails) -> bool:
    """Whether an account of the list is the one that is looked for, under another id."""
    if not same_name(details.name, account.name) or same_id(details.id, account.id):
        return False
    try:
        seen = replace(
            account,
            id=details.id,
            endpoint=details.endpoint or account.endpoint,
            location=details.location or account.location,
        )
    except ConfigurationError:
        return False
    return seen.is_same_place(account)


def _answers(clients: AccountClients, *, reached: bool) -> bool:
    """Whether the endpoint answers for an account; a name that is gone does not resolve.

    Args:
        clients: of the account.
        reached: its subscription was read, so that the network is not what is missing.
    """
    try:
        clients.inventory.files()
    except NotFound:
        return False
    except RequestNotSent:
        if reached:
            return False
        raise
    except ApiError:
        return True
    return True
