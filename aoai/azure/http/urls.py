"""Paths of requests: how a name gets into one, and how one is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urlsplit

from aoai.azure.http.redaction import redact
from aoai.errors import ConfigurationError

_ACCOUNT = re.compile(r"^/subscriptions/.*/accounts/[^/]+(?=/)", re.IGNORECASE)


def segment(name: str) -> str:
    """A name as one segment of a path, which it can never leave.

    Raises:
        ConfigurationError: the name is empty or means another directory.
    """
    if name in {"", ".", ".."}:
        msg = f"{name!r} cannot be a name in a URL."
        raise ConfigurationError(msg)
    return quote(name, safe="")


def host_of(url: str, secrets: Iterable[str] = ()) -> str:
    """The host of a URL from an answer, fit to be shown."""
    try:
        return redact(urlsplit(url).hostname or "no host", secrets)
    except ValueError:
        return "no host"


@lru_cache(maxsize=256)
def shown(path: str) -> str:
    """A path as an error message shows it: from the account on, without host and query."""
    return redact(_ACCOUNT.sub("", urlsplit(path).path))
