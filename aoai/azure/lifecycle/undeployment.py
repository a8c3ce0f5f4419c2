"""Taking a deployment out of service: the very one that the state means, and no other."""

from __future__ import annotations

from collections.abc import Callable

from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.account_place import find_account
from aoai.azure.lifecycle.deployment_claim import Claim, Holder, owner_in_words
from aoai.errors import ConfigurationError, NotFound


class _Stays(Exception):
    """Why a deployment is not deleted."""


def undeploy(
    clients: AccountClients,
    name: str,
    claim: Claim,
    *,
    is_kept: Callable[[str], bool],
    refreshed: bool = False,
) -> str:
    """Delete a deployment if it is the very one that the state means, where its account is now.

    Args:
        clients: the account's clients.
        name: the deployment's name.
        claim: what the state records of it.
        is_kept: whether a live resource of the state holds the deployment of an ARM id.
        refreshed: the state was compared with Azure: what another run of the same resource made
            anew, and no refresh has taken in, is nobody's, and goes too.

    Returns:
        Why it stays; empty if there is nothing left of it.

    Raises:
        ConfigurationError: another run of the same resource made it anew, and no state that was
            seen holds that; or the account was moved to where it cannot be seen from here.
    """

    def look() -> None:
        live = clients.deployments.get_deployment(name)
        if is_kept(live.id):
            raise _Stays("the stack still holds it")
        holder = claim.of(live)
        if holder is Holder.SAME_OWNER and not refreshed:
            raise ConfigurationError(
                f"deployment {name!r} of {clients.account} was made anew by a run that was cut "
                "off, and the state has the one before it: run again with --refresh, and delete it "
                "if it is still there then"
            )
        if holder not in (Holder.THIS, Holder.SAME_OWNER):
            raise _Stays(f"it belongs to {owner_in_words(live)} now")

    with clients.writes:
        try:
            look()
            clients.deployments.delete_deployment(name, check=look)
        except _Stays as reason:
            return str(reason)
        except NotFound:
            here = find_account(clients)
            if here is None or here is clients:
                return ""
            return undeploy(here, name, claim, is_kept=is_kept, refreshed=refreshed)
    return ""
