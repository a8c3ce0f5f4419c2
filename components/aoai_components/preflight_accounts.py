"""What a look at an account finds: whether it is what the stack takes it for, and takes work."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from aoai.azure.account import Account
from aoai.azure.arm.accounts import AccountDetails
from aoai.azure.arm_names import name_key, same_region
from aoai.errors import AoaiError, ApiError, AuthenticationError, NotFound, Unauthorized
from aoai_components.account_facts import AccountFacts

_OTHER_TENANT = "invalidauthenticationtokentenant"
_NO_TENANT = "AADSTS90002"  # Entra: "Tenant ... not found"
_KINDS = ("openai", "aiservices")


def account_problems(where: str, account: Account, facts: AccountFacts) -> Iterator[str]:
    """Why work that is sent to an account is certain to fail."""
    details, error = facts.details.value, facts.details.error
    if error is not None and is_certain(error):
        yield _unusable(where, account, error)
    if details is not None:
        yield from _details(where, account, details)
    yield from _data_plane(where, account, facts.files.error)


def is_certain(error: AoaiError) -> bool:
    """Whether an account that answers so cannot be used."""
    other_tenant = isinstance(error, ApiError) and name_key(error.code) == _OTHER_TENANT
    no_tenant = isinstance(error, AuthenticationError) and _NO_TENANT in str(error)
    return isinstance(error, NotFound) or other_tenant or no_tenant


def _unusable(where: str, account: Account, error: AoaiError) -> str:
    if isinstance(error, NotFound):
        return f"{where}.id: the account {account.name} does not exist, or not for this identity"
    if isinstance(error, AuthenticationError):
        return f"{where}.tenantId: there is no tenant {account.tenant_id}"
    return f"{where}.tenantId: the subscription of {account.name} belongs to another tenant"


def _details(where: str, account: Account, details: AccountDetails) -> Iterator[str]:
    if details.location and not same_region(details.location, account.location):
        yield f"{where}.location: {account.name} is in {details.location}, not {account.location}"
    if not details.takes_work:
        yield f"{where}: {account.name} is {details.provisioning_state} and takes no work"
    if details.kind and name_key(details.kind) not in _KINDS:
        yield (
            f"{where}.id: {account.name} is an account of the kind {details.kind}; models are "
            "trained and served by the kinds OpenAI and AIServices"
        )
    answers, asked = _host(details.endpoint), _host(account.endpoint)
    if _suffix(answers) == _suffix(asked) and answers != asked:
        yield f"{where}.endpoint: {account.name} answers at {details.endpoint}: write that"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _suffix(host: str) -> str:
    """A host without its first part: those of a gateway are not compared with Azure's own."""
    return host.partition(".")[2]


def _data_plane(where: str, account: Account, error: AoaiError | None) -> Iterator[str]:
    """What the endpoint's own answer shows, where ARM knows the account."""
    if isinstance(error, NotFound):
        yield f"{where}.endpoint: {account.endpoint} is not {account.name}; correct it"
    elif isinstance(error, Unauthorized):
        request = f" (request id {error.request_id})" if error.request_id else ""
        yield (
            f"{where}: this identity may not read the files of {account.name}: {error.code}; "
            f"training needs the role Cognitive Services OpenAI Contributor{request}"
        )
