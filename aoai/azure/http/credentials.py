"""Entra tokens, per tenant and scope, from azure-identity. They live in this process only."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential

from aoai.azure.account import Cloud
from aoai.azure.http.advice import entra_hint
from aoai.errors import AuthenticationError

_REFRESH_BEFORE = 300.0  # seconds before its end that a token is replaced
_MICROSOFT = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
    }
)
_TRIED = re.compile(r"^\s*(\w+Credential):", re.MULTILINE)
_CODE = re.compile(r"\bAADSTS\d{3,8}\b")


class Credential(Protocol):
    """What is needed of an azure-identity credential."""

    def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
        """A token for the scopes, in the tenant."""
        ...


def default_credential(authority: str) -> Credential:
    """Azure-identity's own chain: environment, workload identity, managed identity, az login.

    Every tenant is allowed, since the accounts name theirs; an authority that is not one of
    Microsoft's (an emulator, Azure Stack) is taken at its word.
    """
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
            token = self._ask(scope, tenant_id, anew=bool(rejected))
            lifetime = token.expires_on - self._wall_clock()
            self._held[key] = _Held(token.token, self._clock() + lifetime - _REFRESH_BEFORE)
            return token.token

    def _lock(self, key: tuple[str, str]) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())

    def _current(self, *, anew: bool) -> Credential:
        with self._guard:
            if anew or self._credential is None:
                self._credential = self._build(self._authority)
            return self._credential

    def _ask(self, scope: str, tenant_id: str, *, anew: bool) -> AccessToken:
        try:
            return self._current(anew=anew).get_token(scope, tenant_id=tenant_id)
        except (AzureError, ValueError) as error:
            said = str(error)
        # Raised outside of the handler: the library's exception carries the whole exchange.
        raise AuthenticationError(self._explain(said, scope, tenant_id))

    def _explain(self, said: str, scope: str, tenant_id: str) -> str:
        codes = list(dict.fromkeys(_CODE.findall(said)))
        tried = list(dict.fromkeys(_TRIED.findall(said)))
        host = urlsplit(self._authority).netloc
        parts = [f"No token for tenant {tenant_id} ({urlsplit(scope).hostname}) from {host}"]
        if codes:
            meaning = entra_hint(codes)
            parts.append(", ".join(codes) + (f": {meaning}" if meaning else ""))
        if tried:
            parts.append("tried " + ", ".join(tried))
        parts.append(
            f"run `az login --tenant {tenant_id}`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
            "AZURE_CLIENT_SECRET (OIDC: AZURE_FEDERATED_TOKEN_FILE)"
        )
        return "; ".join(parts) + "."
