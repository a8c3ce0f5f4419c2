"""Where the service fetches a file from, and the signature that lets it: named, never given.

A shared access signature (SAS) opens a blob to all who have it. So a stack holds the URL without
one and the name of an environment variable; the signature is read when it is sent, into that one
request, and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aoai.azure.https_url import split_url
from aoai.errors import ConfigurationError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUERY = re.compile(r"[A-Za-z0-9%&=._~:/+,;@!$'()*-]+")


@dataclass(frozen=True)
class SignedUrl:
    """A URL as it is sent, and what of it must never show."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def url_problem(url: str) -> str:
    """What is wrong with a URL to fetch a file from, and what to write; empty if nothing is.

    The URL itself is not repeated: it may hold a signature by mistake.
    """
    parts = split_url(url)
    if parts is None:
        return "it is no URL; write one of ASCII characters, with others as %XX"
    if parts.scheme != "https" or not parts.hostname or not parts.path.strip("/"):
        return "write an https URL: https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.jsonl"
    if "@" in parts.netloc:
        return "leave out the user or password before the host"
    if "?" in url:
        return (
            "leave out the query (from `?` on), which would be stored for all to read; "
            "put a SAS into an environment variable and name that one as `sas_variable`"
        )
    if "#" in url:
        return "leave out the fragment (from `#` on)"
    return ""


def variable_problem(name: str) -> str:
    """What is wrong with the name of a variable that holds a SAS; empty if nothing is."""
    if _VARIABLE.fullmatch(name):
        return ""
    return "write the name of an environment variable that holds the SAS, not the SAS itself"


def sign(url: str, variable: str | None, environment: Mapping[str, str]) -> SignedUrl:
    """The URL to send, with the SAS of the variable if one is named.

    Args:
        url: the URL without a query.
        variable: the environment variable that holds the SAS, with or without its leading ``?``.
        environment: where it is looked up.

    Raises:
        ConfigurationError: the variable is not set, or holds something else.
    """
    if variable is None:
        return SignedUrl(url)
    query = environment.get(variable, "").strip().removeprefix("?")
    if not query:
        raise ConfigurationError(
            f"the SAS for {url} is missing: set the environment variable {variable} where `pulumi` "
            "runs"
        )
    signature = dict(parse_qsl(query)).get("sig", "")
    if not _QUERY.fullmatch(query) or not signature:
        raise ConfigurationError(
            f"the environment variable {variable} does not hold a SAS: it must be the query alone, "
            "sv=…&sig=…, without the URL before it"
        )
    return SignedUrl(f"{url}?{query}", _secrets(query, signature))


def _secrets(query: str, signature: str) -> tuple[str, ...]:
    """The query, and its signature as it is written there and as it is decoded."""
    raw = next(pair for pair in query.split("&") if pair.startswith("sig="))
    return query, raw.removeprefix("sig="), signature
