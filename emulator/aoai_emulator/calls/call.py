"""One call, decoded: what a handler gets, so that handlers are plain functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request

from aoai_emulator.calls.auth import Caller
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import Refused, Surface
from aoai_emulator.state.world import Account


class Made(Protocol):
    """Something with a time of creation."""

    @property
    def created_at(self) -> float:
        """Seconds since 1970."""


def parameters(request: Request) -> Mapping[str, str]:
    """The query's parameters; the last one counts where a name comes twice."""
    return _parsed(request.scope["query_string"].decode("latin-1"))


@lru_cache(maxsize=1_024)
def _parsed(query: str) -> Mapping[str, str]:
    return MappingProxyType(dict(parse_qsl(query, keep_blank_values=True)))


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart body, already on disk."""

    filename: str
    path: Path
    size: int


@dataclass(frozen=True)
class Call:
    """A request after version, credentials and role were checked."""

    backend: Backend
    surface: Surface
    version: str
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    caller: Caller
    account: Account | None = None
    body: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    prepared: object = None

    @property
    def now(self) -> float:
        """The emulator's time."""
        return self.backend.clock.now()

    @property
    def home(self) -> Account:
        """The account of the call; only for routes below an account."""
        if self.account is None:
            raise LookupError(f"{self.path} is not below an account")
        return self.account

    def json(self) -> dict[str, Any]:
        """The body as an object; a 400 as the surface words it when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            code = "InvalidRequestContent" if self.surface == "arm" else "invalidPayload"
            raise Refused(400, code, "The request body is not a valid JSON object.")
        return value

    def listed(self, item: Made) -> bool:
        """Whether a list already shows an item; new ones may come late."""
        return item.created_at + self.backend.settings.list_lag_seconds <= self.now

    @classmethod
    def of(
        cls,
        request: Request,
        surface: Surface,
        version: str,
        caller: Caller,
        account: Account | None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Call:
        """The call of a request.

        Args:
            request: the request, on an application whose state has the backend.
            surface: where it arrived.
            version: its api-version.
            caller: who calls.
            account: the account that it is below, if it is below one.
            query: its parameters, where they are not taken as they came.
            body: its body, where it was read.
        """
        return cls(
            backend=request.app.state.backend,
            surface=surface,
            version=version,
            method=request.method,
            path=request.scope["path"],
            params=request.path_params,
            query=parameters(request) if query is None else query,
            headers=request.headers,
            caller=caller,
            account=account,
            body=body,
        )

    def at(self, account: Account) -> Call:
        """The same call below an account."""
        return replace(self, account=account)

    @property
    def project(self) -> str | None:
        """The Foundry project that the call goes through, if it does."""
        return self.params.get("project")

    @property
    def openai(self) -> str:
        """The path of this emulator below which the surface's calls are."""
        project = f"/api/projects/{self.project}" if self.project else ""
        return f"/{self.home.name}{project}/openai"

    def url(self, path: str) -> str:
        """An absolute URL of this emulator."""
        return f"{self.backend.url}{path}"
