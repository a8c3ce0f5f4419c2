"""The images of an example."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.view import Example

DATA_URI = re.compile(r"data:image/[a-z.+-]+;base64,", re.IGNORECASE)
"""How an embedded image begins."""


def image_objects(example: Example) -> Iterator[tuple[dict[str, object], str]]:
    """Every ``image_url`` object, with its JSON path."""
    for message, path, _, _ in example.all_messages:
        for part, at in items(message.get("content"), f"{path}.content"):
            image = get(part, "image_url")
            if get(part, "type") == "image_url" and isinstance(image, dict):
                yield image, f"{at}.image_url"


def is_embedded(url: str) -> bool:
    """Whether the address is the image itself, a data URI."""
    return DATA_URI.match(url) is not None


def embedded_bytes(url: object) -> bytes | None:
    """The bytes of an embedded image; None if it is no data URI, or not of valid base64."""
    start = DATA_URI.match(url) if isinstance(url, str) else None
    if start is None or not isinstance(url, str):
        return None
    try:
        return base64.b64decode(url[start.end() :], validate=True)
    except (binascii.Error, ValueError):
        return None
