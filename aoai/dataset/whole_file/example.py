"""What a file's totals need of one example that is not plain."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from aoai.dataset.example.content import image_url, images, texts
from aoai.dataset.example.fields import get, items
from aoai.dataset.example.view import SYSTEM_ROLES


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one example, which need not be a good one.

    Attributes:
        spoken: whether it has messages at all.
        system: the text of its system message, if there is one.
        images: addresses of its images; an embedded image's address is the image itself.
    """

    spoken: bool
    system: str | None
    images: tuple[str, ...]


def facts_of(example: dict[str, object]) -> Facts:
    """The facts of an example of any format."""
    conversation = example.get("messages") or get(example.get("input"), "messages")
    messages = [message for message, _ in items(conversation, "")]
    system = [message for message in messages if get(message, "role") in SYSTEM_ROLES]
    parts = (part for message in messages for part in images(get(message, "content")))
    urls = map(image_url, parts)
    return Facts(
        spoken=bool(messages),
        system="".join(texts(get(system[0], "content"))) if system else None,
        images=tuple(url for url in urls if url is not None),
    )


def canonical(example: dict[str, object]) -> bytes:
    """The example as JSON in one form: however it was written, equal examples are equal bytes."""
    return msgspec.json.encode(example, order="deterministic")
