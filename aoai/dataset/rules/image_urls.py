"""The address of an image is one that the service can read: public, or a data URI."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from aoai.dataset.example.images import DATA_URI, image_objects
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown, warning
from aoai.dataset.limits import IMAGE_DETAILS

_PAGE = 'page "Vision fine-tuning"'

BAD_DETAIL = error("bad-detail", "an image's detail is not low, high or auto", _PAGE)
BAD_IMAGE_URL = error(
    "bad-image-url", "an image is neither an http(s) URL nor a base64 data URI", _PAGE
)
UNREACHABLE_IMAGE = warning(
    "unreachable-image",
    "an image's address is private, so the service cannot fetch it and skips the example",
    f'{_PAGE}, Troubleshooting: "Inaccessible URL"',
)

# RFC 6761, RFC 6762, RFC 8375, and names that are usual in private networks.
_PRIVATE_NAMES = (
    ".local",
    ".localhost",
    ".internal",
    ".lan",
    ".home.arpa",
    ".corp",
    ".intranet",
    ".test",
    ".invalid",
    ".example",
)


def check(example: Example) -> Iterator[Problem]:
    """Addresses that are none, or that nobody outside can reach."""
    for image, path in image_objects(example):
        detail, url = image.get("detail"), image.get("url")
        if isinstance(detail, str) and detail not in IMAGE_DETAILS:
            text = f"{shown(detail)}: write low, high or auto."
            yield BAD_DETAIL.at(f"{path}.detail", text)
        if isinstance(url, str):
            yield from _url(url, f"{path}.url")


def _url(url: str, path: str) -> Iterator[Problem]:
    start = DATA_URI.match(url)
    host = _host(url)
    if start:
        if not _is_base64(url[start.end() :]):
            yield BAD_IMAGE_URL.at(path, "no valid base64; encode it again, without line ends.")
    elif host is None:
        text = 'write a public "https://..." address or "data:image/png;base64,...".'
        yield BAD_IMAGE_URL.at(path, text)
    elif is_private(host):
        text = f"{shown(host)} is not a public host; embed the image or publish it."
        yield UNREACHABLE_IMAGE.at(path, text)


def _host(url: str) -> str | None:
    """The host of a web address; None if it is no web address."""
    if not url.isprintable() or url != url.strip():
        return None  # what urlsplit silently drops
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return host if parts.scheme in {"http", "https"} else None


def is_private(host: str) -> bool:
    """Whether a host is one of a private network, or of the machine itself."""
    name = host.rstrip(".").lower()
    address = _address(name)
    if address is not None:
        return not address.is_global
    return "." not in name or name.endswith(_PRIVATE_NAMES)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


RULE = Rule(check)
