"""A message's content, which is a string or an array of parts: its texts and images."""

from __future__ import annotations

from typing import Any

from aoai.dataset.example.fields import get, items


def texts(content: object) -> list[str]:
    """The pieces of text in a content of any shape."""
    if isinstance(content, str):
        return [content]
    found = (get(part, name) for part, _ in items(content, "") for name in ("text", "refusal"))
    return [text for text in found if isinstance(text, str)]


def images(content: object) -> list[Any]:
    """The image parts of a content of any shape."""
    if isinstance(content, str):
        return []
    return [part for part, _ in items(content, "") if get(part, "type") == "image_url"]


def image_url(part: object) -> str | None:
    """The address of an image part; None if it has none that is a string."""
    url = get(get(part, "image_url"), "url")
    return url if isinstance(url, str) else None
