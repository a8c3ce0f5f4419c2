"""Access tokens: signed by the emulator, bound to tenant, principal and audience."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from aoai_emulator.state.store import Store


@dataclass(frozen=True)
class Token:
    """The content of a token. Times are of the wall clock, as clients cache tokens by it."""

    tenant_id: str
    client_id: str
    audience: str
    issued_at: float
    expires_at: float


class InvalidToken(Exception):
    """The text is not a token of this emulator, or has expired."""


class Tokens:
    """Issues and reads tokens. Their life is wall time: an advanced clock does not expire them."""

    def __init__(
        self, store: Store, wall: Callable[[], float] = time.time, *, lifetime: float = 3600
    ) -> None:
        self._store = store
        self._wall = wall
        self._lifetime = lifetime
        if store.get_meta("tokens.key") is None:
            store.set_meta("tokens.key", secrets.token_hex(32))
        self._key = bytes.fromhex(store.get_meta("tokens.key"))
        self._decode = functools.lru_cache(maxsize=256)(self._decoded)

    def issue(self, tenant_id: str, client_id: str, audience: str) -> tuple[str, int]:
        """A new token and its life in seconds."""
        now = self._wall()
        token = Token(tenant_id, client_id, audience, now, now + self._lifetime)
        return self._sign(token), int(self._lifetime)

    def read(self, text: str) -> Token:
        """The token's content; InvalidToken unless it is ours, whole and alive."""
        token = self._decode(text)
        if token.expires_at <= self._wall():
            raise InvalidToken("The access token has expired.")
        if token.issued_at <= float(self._store.get_meta("tokens.revoked_until") or 0):
            raise InvalidToken("The access token was revoked.")
        return token

    def peek(self, text: str) -> Token | None:
        """The token's content whether or not it still counts; None if it is not ours."""
        try:
            return self._decode(text)
        except InvalidToken:
            return None

    def revoke(self) -> None:
        """Make every token issued so far invalid, as if its time were over."""
        self._store.set_meta("tokens.revoked_until", self._wall())

    def _sign(self, token: Token) -> str:
        head = _encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        claims = asdict(token) | {
            "tid": token.tenant_id,
            "appid": token.client_id,
            "aud": token.audience,
        }
        body = _encode(json.dumps(claims).encode())
        return f"{head}.{body}.{self._mac(f'{head}.{body}')}"

    def _mac(self, text: str) -> str:
        return _encode(hmac.new(self._key, text.encode(), hashlib.sha256).digest())

    def _decoded(self, text: str) -> Token:
        signed, _, mac = text.rpartition(".")
        if not signed or not hmac.compare_digest(mac.encode(), self._mac(signed).encode()):
            raise InvalidToken("The access token is invalid.")
        body = signed.partition(".")[2]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return Token(**{name: claims[name] for name in Token.__dataclass_fields__})


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
