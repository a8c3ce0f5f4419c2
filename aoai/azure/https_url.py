"""Whether an address is an https URL that every parser reads alike."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split_https(url: str) -> SplitResult | None:
    """The parts of an https URL with a host, or None if it is not one."""
    parts = split_url(url)
    return parts if parts and parts.scheme == "https" and parts.hostname else None


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL with a valid port, or None.

    A URL with other characters than printable ASCII, a blank or a backslash is none: parsers
    disagree on its host.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - the property is where a bad port is noticed
    except ValueError:
        return None
    return parts
