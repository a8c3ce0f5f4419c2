"""Entra tokens, per tenant and scope, from azure-identity. They live in this process only."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from aoai.azure.account import Cloud
from aoai.azure.http.entra import token_problem
from aoai.errors import AuthenticationError

# azure-identity is imported where a token is asked for: it takes as long as all the rest of this
# package, and the provider process of a first preview asks for none.
if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

_REFRESH_BEFORE = 300.0  # seconds before its end that a token is replaced
_FAILURE_LIFETIME = 10.0  # seconds; resources that wait for a token do not each try again
_ASSERTION_EXPIRED = "AADSTS700024"
"""Entra refuses an assertion. azure-identity keeps the text of AZURE_FEDERATED_TOKEN_FILE for ten
minutes, and those of GitHub live for five; a new credential reads the file anew.
"""
_MICROSOFT = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
    }
)


class Credential(Protocol):
    """What is needed of an azure-identity credential."""

    def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
        """A token for the scopes, in the tenant."""
        ...


def default_credential(authority: str) -> Credential:
    """Azure-identity's own chain: environment, workload identity, managed identity, az login.

    Every tenant is allowed, since the accounts name theirs. An authority that is not one of
    Microsoft's (an emulator, Azure Stack) is not looked up in Microsoft's list.
    """
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - see above

    # Without a handler Python would print the library's own many lines beside our one.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())
    return DefaultAzureCredential(
        authority=authority,
        additionally_allowed_tenants=["*"],
        disable_instance_discovery=urlsplit(authority).hostname not in _MICROSOFT,
    )


@dataclass(frozen=True, repr=False)
class _Held:
    token: str
    fresh_until: float  # on the monotonic clock


@dataclass(frozen=True)
class _Failed:
    message: str
    until: float  # on the monotonic clock


class TokenSource:
    """Tokens for any tenant and scope of one authority, kept until five minutes before their end.

    Safe to share between threads: a token that many want is asked for once.

    Args:
        authority: the Entra authority, ``https://login.microsoftonline.com``.
        build: makes the credential for an authority; called at the first use, and again when the
            service has rejected a token, since azure-identity would hand out the same one.
        clock: a monotonic clock, in seconds.
        wall_clock: the clock that azure-identity dates its tokens by, in seconds since 1970.
    """

    def __init__(
        self,
        authority: str = Cloud.PUBLIC.authority,
        *,
        build: Callable[[str], Credential] = default_credential,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._authority = authority
        self._build = build
        self._clock = clock
        self._wall_clock = wall_clock
        self._guard = threading.Lock()
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._held: dict[tuple[str, str], _Held] = {}
        self._failed: dict[tuple[str, str], _Failed] = {}
        self._credential: Credential | None = None

    def __repr__(self) -> str:
        return f"TokenSource({self._authority!r})"

    def get_token(self, scope: str, tenant_id: str, *, rejected: str = "") -> str:
        """A token for the scope in the tenant.

        Args:
            scope: for example ``https://management.azure.com/.default``.
            tenant_id: the tenant's GUID.
            rejected: a token that the service has just refused; it is not returned again, unless
                Entra itself gives it out anew.

        Raises:
            AuthenticationError: no token could be had.
        """
        key = (tenant_id, scope)
        with self._lock(key):
            held = self._held.get(key)
            if held and held.token != rejected and self._clock() < held.fresh_until:
                return held.token
            token = self._ask_or_fail(key, anew=bool(rejected))
            lifetime = token.expires_on - self._wall_clock()
            self._held[key] = _Held(token.token, self._clock() + lifetime - _REFRESH_BEFORE)
            return token.token

    def _ask_or_fail(self, key: tuple[str, str], *, anew: bool) -> AccessToken:
        """A new token; a failure is kept for some seconds, since each takes the chain as long."""
        failed = self._failed.get(key)
        if failed and self._clock() < failed.until:
            raise AuthenticationError(failed.message)
        tenant_id, scope = key
        try:
            return self._ask(scope, tenant_id, anew=anew)
        except AuthenticationError as error:
            self._failed[key] = _Failed(str(error), self._clock() + _FAILURE_LIFETIME)
            raise

    def _lock(self, key: tuple[str, str]) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())

    def _current(self, *, anew: bool) -> Credential:
        with self._guard:
            if anew or self._credential is None:
                self._credential = self._build(self._authority)
            return self._credential

    def _ask(self, scope: str, tenant_id: str, *, anew: bool) -> AccessToken:
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - see above

        try:
            return self._current(anew=anew).get_token(scope, tenant_id=tenant_id)
        except (AzureError, ValueError, OSError) as error:
            details = str(error)
        if _ASSERTION_EXPIRED in details and not anew:
            return self._ask(scope, tenant_id, anew=True)
        # Raised outside of the handler: the library's exception carries the whole exchange.
        raise AuthenticationError(
            token_problem(details, scope=scope, tenant_id=tenant_id, authority=self._authority)
        )
