"""What the emulator received: one entry a request, with credentials described and never kept."""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aoai_emulator.state.access_tokens import Tokens

_KEPT = 5_000
_MASK = "***"
_SHOWN_HEADERS = (
    "content-type",
    "content-length",
    "user-agent",
    "retry-after",
    "aoai-copy-ft-checkpoints",
)
_SECRET_QUERY = ("sig", "code", "key", "token", "secret")


@dataclass(frozen=True)
class Credential:
    """A credential as it was sent: in which header, of which tenant and principal, for whom."""

    header: str
    kind: str
    tenant_id: str | None = None
    client_id: str | None = None
    audience: str | None = None


@dataclass
class Recorded:
    """One request. ``status`` is None until it is answered, and stays None if it never is.

    ``operation`` names the call as the support matrix does; None where no route fits. ``body`` is
    kept of small JSON bodies only, without the queries of URLs in it.
    """

    number: int
    at: float
    method: str
    host: str
    path: str
    query: str
    credentials: list[Credential]
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    fault: str | None = None
    operation: str | None = None
    request_id: str | None = None
    body: Any = None


class Recorder:
    """Keeps the last 5,000 requests in memory."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._entries: deque[Recorded] = deque(maxlen=_KEPT)
        self._number = 0
        self._changed = asyncio.Condition()

    def start(
        self, at: float, method: str, path: str, query: str, headers: Mapping[str, str]
    ) -> int:
        """Record a request as it arrives, and return its number."""
        self._number += 1
        shown = {name: value for name, value in headers.items() if name in _SHOWN_HEADERS}
        self._entries.append(
            Recorded(
                number=self._number,
                at=at,
                method=method,
                host=headers.get("host", ""),
                path=path,
                query=_masked(query),
                credentials=self._credentials(headers),
                headers=shown,
            )
        )
        return self._number

    def finish(self, number: int, **changes: Any) -> None:
        """Add to an entry what became of it."""
        if not self._entries:
            return
        place = number - self._entries[0].number
        if 0 <= place < len(self._entries):
            for field_name, value in changes.items():
                setattr(self._entries[place], field_name, value)

    async def notify(self) -> None:
        """Wake those who wait for a request."""
        async with self._changed:
            self._changed.notify_all()

    async def wait(self, matches: Callable[[Recorded], bool], count: int, seconds: float) -> bool:
        """Wait until ``count`` entries match; False when the time is over before."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: sum(map(matches, self._entries)) >= count)
        except TimeoutError:
            return False
        return True

    def entries(self, matches: Callable[[Recorded], bool]) -> list[dict[str, Any]]:
        """The matching entries, oldest first."""
        return [asdict(entry) for entry in self._entries if matches(entry)]

    def clear(self) -> None:
        """Forget all entries; the numbers go on."""
        self._entries.clear()

    def _credentials(self, headers: Mapping[str, str]) -> list[Credential]:
        found = [
            self._described(header, part.strip())
            for header in ("authorization", "x-ms-authorization-auxiliary")
            for part in headers.get(header, "").split(",")
            if part.strip()
        ]
        if "api-key" in headers:
            found.append(Credential("api-key", "key"))
        return found

    def _described(self, header: str, value: str) -> Credential:
        scheme, _, text = value.partition(" ")
        token = self._tokens.peek(text.strip())
        if token is None:
            return Credential(header, "foreign" if text else "malformed")
        return Credential(header, scheme.lower(), token.tenant_id, token.client_id, token.audience)


@functools.lru_cache(maxsize=256)
def _masked(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode(
        [(k, _MASK if k.lower() in _SECRET_QUERY else v) for k, v in pairs], safe="*/:$' "
    )
