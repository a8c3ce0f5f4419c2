"""Whether an account is as its settings describe it, and the caller can read what a run reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from aoai.azure.account import UNKNOWN_LOCATION
from aoai.azure.arm.accounts import AccountDetails
from aoai.azure.arm_names import same_region
from aoai.azure.clients import AccountClients
from aoai.cli.doctor.check import Check, Status
from aoai.cli.doctor.refusal_fixes import Need, fix_of
from aoai.cli.doctor.targets import Target
from aoai.errors import AoaiError, ApiError

_OPENAI = "Cognitive Services OpenAI Contributor"
_READER = "Reader"


@dataclass(frozen=True)
class _Reading:
    """Something that a run reads of an account: what, how, and what it needs."""

    name: str
    read: Callable[[], object]
    need: Need
    severity: Status = "fail"


def check_account(
    target: Target,
    clients: AccountClients,
    environ: Mapping[str, str],
    *,
    data_plane: bool = True,
) -> list[Check]:
    """All checks of one account; nothing is changed.

    Args:
        target: the account.
        clients: of the account.
        environ: where the caller's client id may be.
        data_plane: whether its endpoint is reached.
    """
    need = Need(_READER, target.account.id, environ)
    try:
        details = clients.accounts.get_account()
    except AoaiError as error:
        return [_unread(target, "account", error, need)]
    found = list(_identity(target, details))
    if (tenant := _other_tenant(target, clients)) is not None:
        found.append(tenant)
    checks = found or [
        Check("ok", f"{target.key}: account", f"{details.kind} in {details.location}")
    ]
    readings = _readings(target, clients, environ)
    return [*checks, *(_check(target, each) for each in readings[0 if data_plane else 1 :])]


def _identity(target: Target, details: AccountDetails) -> Iterator[Check]:
    """Where the account differs from its settings, or from what a run needs."""
    account, ids = target.account, target.account.id
    named = account.location != UNKNOWN_LOCATION
    if named and details.location and not same_region(details.location, account.location):
        message = f"it is in {details.location}, not in {account.location}"
        fix = f"{target.set_location} {details.location}"
        yield Check("fail", f"{target.key}: region", message, fix)
    if not details.takes_work:
        message = f"its state is {details.provisioning_state}, in which it takes no work"
        fix = f"az cognitiveservices account show --ids {ids} --query properties.provisioningState"
        yield Check("fail", f"{target.key}: state", message, fix)
    if not details.subdomain:
        message = "it takes no Entra token without a custom subdomain, which is set once for all"
        fix = f"az cognitiveservices account update --ids {ids} --custom-domain {account.name}"
        yield Check("fail", f"{target.key}: subdomain", message, fix)


def _other_tenant(target: Target, clients: AccountClients) -> Check | None:
    """A failed check if the account is in another tenant; None too if that cannot be read."""
    try:
        tenant = clients.accounts.get_tenant_id()
    except AoaiError:
        return None
    if not tenant or tenant == target.account.tenant_id:
        return None
    message = f"its subscription belongs to {tenant}, not to {target.account.tenant_id}"
    return Check("fail", f"{target.key}: tenant", message, f"{target.set_tenant} {tenant}")


def _readings(
    target: Target, clients: AccountClients, environ: Mapping[str, str]
) -> list[_Reading]:
    """What a run reads, the only reading of the data plane first."""
    ids, subscription = target.account.id, f"/subscriptions/{target.account.subscription_id}"
    insights = Need("Monitoring Reader", ids, environ, provider="Microsoft.Insights")
    usages = Need("Cognitive Services Usages Reader", subscription, environ)
    return [
        _Reading("models", clients.models.list_models, Need(_OPENAI, ids, environ)),
        _Reading("deployments", clients.deployments.list_deployments, Need(_READER, ids, environ)),
        _Reading("Monitor", clients.metrics.activity, insights, "warn"),
        _Reading("quota", clients.accounts.list_usages, usages, "warn"),
    ]


def _check(target: Target, reading: _Reading) -> Check:
    try:
        reading.read()
    except AoaiError as error:
        return replace(_unread(target, reading.name, error, reading.need), status=reading.severity)
    return Check("ok", f"{target.key}: {reading.name}", "can be read")


def _unread(target: Target, name: str, error: AoaiError, need: Need) -> Check:
    """A refusal in short: status, code and request id; the fix takes the place of its advice."""
    message = f"cannot be read: {error}"
    if isinstance(error, ApiError):
        request = f" (request id {error.request_id})" if error.request_id else ""
        missing = f"; it needs the role {need.role}" if need.is_about_roles(error) else ""
        message = f"cannot be read: {error.status} {error.code or 'refused'}{missing}{request}"
    return Check("fail", f"{target.key}: {name}", message, fix_of(error, need, target))
