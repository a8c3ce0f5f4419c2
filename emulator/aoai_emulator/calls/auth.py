"""Who calls, and may they: Entra tokens and keys, tenants, audiences, roles."""

from __future__ import annotations

import hashlib
import hmac
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from aoai_emulator.calls.roles import allows
from aoai_emulator.state.access_tokens import InvalidToken, Token
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.world import Account, Principal

DATA_AUDIENCES = ("https://cognitiveservices.azure.com", "https://ai.azure.com")
ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
_LETTERS = string.digits + string.ascii_letters
_MISSING = (
    "Unauthorized. Access token is missing, invalid, audience is incorrect"
    " (https://cognitiveservices.azure.com), or have expired."
)
_BAD_KEY = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a"
    " valid key for an active subscription and use a correct regional API endpoint for your"
    " resource."
)


@dataclass(frozen=True)
class Caller:
    """The principal behind a call and the tenant of its token; no principal when a key was used."""

    principal: Principal | None
    tenant_id: str

    @property
    def object_id(self) -> str:
        """The principal's object id in that tenant, as Azure's messages name it."""
        return self.principal.object_id(self.tenant_id) if self.principal else ""


def account_key(backend: Backend, account: Account, number: int = 1) -> str:
    """One of the two keys of an account: 84 letters and digits.

    They follow from the state's own secret and from how often the key was made anew.
    """
    secret = backend.store.get_meta("tokens.key")
    made = backend.store.get_meta(_key_name(account, number)) or 0
    return _key(secret, f"{account.id}:{number}:{made}")


@lru_cache(maxsize=256)
def _key(secret: str, text: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()
    wide = int.from_bytes(digest + hashlib.sha256(digest).digest(), "big")
    return "".join(_LETTERS[wide // len(_LETTERS) ** place % len(_LETTERS)] for place in range(84))


def regenerate_key(backend: Backend, account: Account, number: int) -> None:
    """Make a key of an account anew; the old one is void at once."""
    name = _key_name(account, number)
    backend.store.set_meta(name, (backend.store.get_meta(name) or 0) + 1)


def _key_name(account: Account, number: int) -> str:
    return f"key.{account.name}.{number}"


def data_caller(
    backend: Backend, headers: Mapping[str, str], account: Account, *, keys_as_bearer: bool = False
) -> Caller:
    """Who calls the data plane of an account: by a key of it, or by a token of its tenant.

    Args:
        backend: the emulator.
        headers: the request's.
        account: whose data plane it is.
        keys_as_bearer: whether a key may come as ``Authorization: Bearer KEY`` too, which is how
            OpenAI's own clients send it to v1.

    Raises:
        Refused: 401 or 403.
    """
    if "api-key" in headers:
        return _by_key(backend, headers["api-key"], account)
    given = headers.get("authorization", "")
    if keys_as_bearer and given.lower().startswith("bearer ") and "." not in given:
        return _by_key(backend, given[7:].strip(), account)
    token = _read(backend, given)
    audiences = (*DATA_AUDIENCES, backend.url)
    if token is None or token.audience.rstrip("/") not in audiences:
        raise Refused(401, "Unauthorized", _MISSING, headers={"www-authenticate": "Bearer"})
    if token.tenant_id != account.tenant_id:
        text = f"Token tenant {token.tenant_id} does not match resource tenant."
        raise Refused(401, "Unauthorized", text)
    return Caller(backend.world.principal(token.client_id), token.tenant_id)


def require_data_action(
    backend: Backend, caller: Caller, account: Account, action: str, what: str
) -> None:
    """Refuse the call unless a role of the caller holds the data action. A key holds all."""
    if caller.principal is None or allows(caller.principal, account.id, action, data=True):
        return
    text = (
        f"The principal `{caller.object_id}` lacks the required data action `{action}`"
        f" to perform `{what}` operation."
    )
    raise Refused(backend.settings.denied_status, "PermissionDenied", text)


def arm_caller(
    backend: Backend,
    headers: Mapping[str, str],
    tenant_id: str | None,
    audiences: tuple[str, ...] = ARM_AUDIENCES,
) -> Caller:
    """Who calls ARM: a token for ARM (or another audience), of the subscription's tenant."""
    given = headers.get("authorization", "")
    challenge = {
        "www-authenticate": f'Bearer authorization_uri="{backend.url}/{tenant_id or "common"}"'
    }
    if not given:
        text = "Authentication failed. The 'Authorization' header is missing."
        raise Refused(401, "AuthenticationFailed", text, headers=challenge)
    token = _read(backend, given)
    if token is None:
        text = "The access token is invalid or has expired."
        raise Refused(401, "InvalidAuthenticationToken", text, headers=challenge)
    _check_arm_audience(backend, token, challenge, audiences)
    if tenant_id and token.tenant_id != tenant_id:
        text = (
            f"The access token is from the wrong issuer 'https://sts.windows.net/{token.tenant_id}/'."
            f" It must match the tenant 'https://sts.windows.net/{tenant_id}/' associated with this"
            " subscription."
        )
        raise Refused(401, "InvalidAuthenticationTokenTenant", text, headers=challenge)
    return Caller(backend.world.principal(token.client_id), token.tenant_id)


def require_arm_action(caller: Caller, scope: str, action: str) -> None:
    """Refuse the call unless a role of the caller at the scope or above allows the action."""
    if caller.principal and allows(caller.principal, scope, action):
        return
    client = caller.principal.client_id if caller.principal else ""
    text = (
        f"The client '{client}' with object id '{caller.object_id}' does not have authorization to"
        f" perform action '{action}' over scope '{scope}' or the scope is invalid. If access was"
        " recently granted, please refresh your credentials."
    )
    raise Refused(403, "AuthorizationFailed", text)


def auxiliary_callers(backend: Backend, headers: Mapping[str, str]) -> list[Caller]:
    """Who the tokens in x-ms-authorization-auxiliary speak for: up to three, of other tenants."""
    given = headers.get("x-ms-authorization-auxiliary", "")
    parts = [part.strip() for part in given.split(",") if part.strip()]
    tokens = [_read(backend, part) for part in parts]
    if len(tokens) > 3 or any(token is None for token in tokens):  # noqa: PLR2004  ARM's own limit
        text = "'x-ms-authorization-auxiliary' holds an invalid or expired token, or more than 3."
        raise Refused(401, "InvalidAuthenticationToken", text)
    known = [token for token in tokens if token]
    for token in known:
        _check_arm_audience(backend, token, {})
    return [Caller(backend.world.principal(token.client_id), token.tenant_id) for token in known]


def _by_key(backend: Backend, key: str, account: Account) -> Caller:
    if not account.local_auth:
        text = "Key based authentication is disabled for this resource."
        raise Refused(403, "AuthenticationTypeDisabled", text)
    keys = [account_key(backend, account, number) for number in (1, 2)]
    if not any(hmac.compare_digest(key.encode(), known.encode()) for known in keys):
        raise Refused(401, "401", _BAD_KEY)
    return Caller(None, account.tenant_id)


def _read(backend: Backend, header: str) -> Token | None:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return backend.tokens.read(text.strip())
    except InvalidToken:
        return None


def _check_arm_audience(
    backend: Backend,
    token: Token,
    challenge: Mapping[str, str],
    audiences: tuple[str, ...] = ARM_AUDIENCES,
) -> None:
    allowed = (*audiences, backend.url)
    if token.audience.rstrip("/") not in allowed:
        text = (
            f"The access token has been obtained for wrong audience or resource '{token.audience}'."
            f" It should exactly match with one of the allowed audiences {', '.join(allowed)}."
        )
        raise Refused(401, "InvalidAuthenticationTokenAudience", text, headers=dict(challenge))
