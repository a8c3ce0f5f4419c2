"""Which surface of an account's data plane a request goes to: chosen here and nowhere else.

| surface     | base below the endpoint          | lacks                   |
|-------------|----------------------------------|-------------------------|
| ``classic`` | ``/openai``, with an api-version | ``metadata`` of a job   |
| ``v1``      | ``/openai/v1``                   | DELETE of a job         |
| ``project`` | ``/api/projects/P/openai/v1``    | DELETE of a job         |

A project's endpoint is that of Foundry, ``https://NAME.services.ai.azure.com``. All surfaces show
the same jobs. Unless the account's settings name one, the first of the table is taken that has the
call and takes every field of the request. Files, uploads and imports are asked of ``classic``: the
others lack uploads and imports. Source: the REST specification of each surface.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from aoai.azure.account import Account, Cloud
from aoai.errors import ConfigurationError


class Surface(StrEnum):
    """A way into an account's data plane, in the order of preference."""

    CLASSIC = "classic"
    V1 = "v1"
    PROJECT = "project"


_ALL = frozenset(Surface)
_NEWER = frozenset({Surface.V1, Surface.PROJECT})

CALLS: Mapping[str, frozenset[Surface]] = {
    "jobs.delete": frozenset({Surface.CLASSIC}),
    "graders.validate": _NEWER,
    "checkpoints.copy": frozenset({Surface.V1}),
}
"""The surfaces of a call that not all of them have."""

FIELDS: Mapping[str, frozenset[Surface]] = {"metadata": _NEWER}
"""The surfaces of a field of a request for a job that not all of them take."""

_PROJECTS = "projects/"
_FOUNDRY = ".services.ai.azure."
_OTHERS = (".openai.azure.", ".cognitiveservices.azure.")


def asked_surface(account: Account) -> Surface | None:
    """The surface that the account's settings name; None if they leave it open."""
    if not account.surface:
        return None
    return Surface.PROJECT if account.surface.startswith(_PROJECTS) else Surface(account.surface)


def choose(account: Account, call: str = "", fields: Iterable[str] = ()) -> Surface:
    """The surface that a request goes to.

    Args:
        account: the account, with its own wish if it has one.
        call: a key of ``CALLS``, if the call is among them.
        fields: the top-level fields of the request.

    Raises:
        ConfigurationError: the account's settings name a surface that does not take a field.
    """
    asked = asked_surface(account)
    refused = [name for name in fields if asked and asked not in FIELDS.get(name, _ALL)]
    if refused:
        raise ConfigurationError(
            f"`{refused[0]}` is not taken by the surface `{account.surface}` that {account} is set "
            "to; leave out one of the two"
        )
    offered = CALLS.get(call, _ALL).intersection(*(FIELDS.get(name, _ALL) for name in fields))
    if asked is not None and asked in offered:
        return asked
    return next(each for each in Surface if each in offered and each is not Surface.PROJECT)


def is_open(account: Account, call: str) -> bool:
    """Whether a call can be made without going against the account's settings."""
    asked = asked_surface(account)
    return asked is None or asked in CALLS.get(call, _ALL)


def base_url(account: Account, surface: Surface) -> str:
    """The address that a surface's paths are below."""
    if surface is Surface.CLASSIC:
        return f"{account.endpoint}/openai"
    if surface is Surface.V1:
        return f"{account.endpoint}/openai/v1"
    return f"{_foundry(account.endpoint)}/api/{account.surface}/openai/v1"


def _foundry(endpoint: str) -> str:
    """The endpoint as Foundry has it; one of another domain answers for projects itself."""
    host = urlsplit(endpoint).netloc
    for domain in _OTHERS:
        if domain in host:
            return endpoint.replace(domain, _FOUNDRY, 1)
    return endpoint


def scope(account: Account, surface: Surface) -> str:
    """The scope of a token for a surface; Foundry has one of its own in the public cloud."""
    usual = account.cloud.data_plane_scope
    public = usual == Cloud.PUBLIC.data_plane_scope
    return "https://ai.azure.com/.default" if surface is Surface.PROJECT and public else usual
