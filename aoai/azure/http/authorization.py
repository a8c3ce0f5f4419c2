"""The tokens on a request: set for one host only, and for no other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import requests
from requests.auth import AuthBase

from aoai.azure.http.credentials import TokenSource
from aoai.azure.https_url import split_https
from aoai.errors import ConfigurationError, ForwardRefused

_HTTPS_PORT = 443


@lru_cache(maxsize=256)
def origin(url: str) -> str:
    """Scheme, host and port of an https URL without userinfo; empty for any other URL."""
    parts = split_https(url)
    if parts is None or "@" in parts.netloc:
        return ""
    return f"https://{parts.hostname}:{parts.port or _HTTPS_PORT}"


class Bearer(AuthBase):
    """Sets the tokens on a request, if it goes to the host that they are for.

    An AuthBase, so that requests never takes a password from ~/.netrc instead.
    """

    def __init__(self, host: str, token: str = "", auxiliary: str = "") -> None:
        self._host = host
        self.token = token
        self.auxiliary = auxiliary

    @property
    def secrets(self) -> tuple[str, str]:
        """What must not be shown."""
        return self.token, self.auxiliary

    def __repr__(self) -> str:
        return f"Bearer({self._host!r})"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the headers, as requests asks for just before it sends.

        Raises:
            ForwardRefused: the request would go to another host.
        """
        if not self._host or origin(request.url or "") != self._host:
            raise ForwardRefused(
                f"A request with a token to another host than {self._host or 'its own'} was "
                "stopped. Check the account's endpoint."
            )
        request.headers["Authorization"] = f"Bearer {self.token}"
        if self.auxiliary:
            request.headers["x-ms-authorization-auxiliary"] = f"Bearer {self.auxiliary}"
        return request


@dataclass(frozen=True)
class Access:
    """The tokens that a transport sends.

    Attributes:
        tokens: their source.
        tenant_id: the tenant of the account.
        scope: what they are for.
        auxiliary: whether a second tenant's token may go beside; true for the resource manager.
    """

    tokens: TokenSource
    tenant_id: str
    scope: str
    auxiliary: bool = False

    def bearer(self, host: str, auxiliary_tenant_id: str | None, rejected: Bearer | None) -> Bearer:
        """The tokens for a request to the host; other ones than those that were rejected.

        Raises:
            AuthenticationError: there is no token.
            ConfigurationError: a second tenant's token may not go there.
        """
        old = rejected or Bearer(host)
        token = self.tokens.get_token(self.scope, self.tenant_id, rejected=old.token)
        if not auxiliary_tenant_id:
            return Bearer(host, token)
        if not self.auxiliary:
            msg = f"A second tenant's token is sent to the resource manager only, not to {host}."
            raise ConfigurationError(msg)
        second = self.tokens.get_token(self.scope, auxiliary_tenant_id, rejected=old.auxiliary)
        return Bearer(host, token, second)
