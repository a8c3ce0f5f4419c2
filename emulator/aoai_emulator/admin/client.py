"""The admin routes as Python calls, over HTTPS, so that they work on any emulator that runs."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from aoai_emulator.admin.guard import PREFIX


class AdminError(RuntimeError):
    """The emulator refused an admin call; the message says why."""


class Admin:
    """Client of an emulator's admin routes: clock, pace, settings, faults, received requests."""

    def __init__(self, url: str, ca_file: Path) -> None:
        self.url = url
        self.ca_file = ca_file
        self._context = ssl.create_default_context(cafile=str(ca_file))

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> str:
        """Move the emulator's clock forward; returns its new time (ISO 8601)."""
        body = {"days": days, "hours": hours, "seconds": seconds}
        return str(self._call("POST", "/clock", body)["now"])

    def freeze(self, at: str) -> None:
        """Stop the clock at a moment (ISO 8601); from then on only ``advance`` moves it."""
        self._call("POST", "/clock", {"freeze": at})

    def now(self) -> str:
        """The emulator's time (ISO 8601)."""
        return str(self._call("GET", "/clock")["now"])

    def pace(self, pace: str, of: str | None = None) -> None:
        """Set ``immediate``, ``time:SECONDS``, ``polls:N`` or ``manual``, of one subject or all."""
        self._call("POST", "/pace", {"pace": pace, "of": of})

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings, and return all of them (docs/emulator/settings.md)."""
        return self._call("POST", "/settings", changes)

    def fail(self, kind: str = "status", **rule: Any) -> None:
        """Make the next matching requests go wrong (docs/emulator/faults.md).

        Keywords: method, path (a regular expression), when ("before" or "after" the work), times,
        skip, status, headers, body, seconds, name.
        """
        self._call("POST", "/faults", {"kind": kind, **rule})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to come."""
        return list(self._call("GET", "/faults")["faults"])

    def clear_faults(self) -> None:
        """Drop all faults and let held requests go."""
        self._call("DELETE", "/faults")

    def release(self) -> None:
        """Let the requests go that a fault of kind ``hold`` keeps."""
        self._call("POST", "/release")

    def requests(self, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """What was received, oldest first; ``path`` is a regular expression."""
        return list(self._call("GET", f"/requests?{_query(method=method, path=path)}")["requests"])

    def wait_for(
        self, path: str, method: str | None = None, *, count: int = 1, seconds: float = 30
    ) -> list[dict[str, Any]]:
        """Wait until ``count`` matching requests have arrived; AdminError if they do not."""
        query = _query(method=method, path=path, count=count, wait=seconds)
        return list(self._call("GET", f"/requests?{query}", timeout=seconds + 10)["requests"])

    def forget_requests(self) -> None:
        """Empty the recorder."""
        self._call("DELETE", "/requests")

    def push(self, account: str, job: str | None = None, **how: Any) -> None:
        """Move a job (``progress=0.5``, ``fail="why"``, ``code=``) or a file (``file="file-…"``).

        Without either it ends the account's open operation and the copies of its checkpoints.
        """
        self._call("POST", "/push", {"account": account, "job": job or "", **how})

    def move(self, account: str, *, group: str = "", subscription: str = "") -> str:
        """Move an account to another resource group or subscription; returns its new ARM id."""
        body = {"account": account, "resource_group": group, "subscription": subscription}
        return str(self._call("POST", "/move", body)["id"])

    def revoke_tokens(self) -> None:
        """Make all tokens issued so far invalid."""
        self._call("POST", "/revoke-tokens")

    def state(self) -> dict[str, Any]:
        """Jobs, deployments with the day they go, and removals, by account."""
        return dict(self._call("GET", "/state")["accounts"])

    def reset(self) -> None:
        """Forget all objects, faults and requests; clock and settings as at first."""
        self._call("POST", "/reset")

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, timeout: float = 30
    ) -> dict[str, Any]:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"} if data else {}
        url = f"{self.url}{PREFIX}{path}"
        request = Request(url, data, headers, method=method)  # noqa: S310  always https
        try:
            with urlopen(request, timeout=timeout, context=self._context) as answer:  # noqa: S310  as above
                return dict(json.loads(answer.read()))
        except HTTPError as error:
            with error:
                raise AdminError(error.read().decode()) from None


def _query(**values: Any) -> str:
    return urlencode({name: value for name, value in values.items() if value is not None})
