"""What a file's totals need of one example that is not plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from aoai.dataset.content import images, texts
from aoai.dataset.messages import SYSTEM_ROLES
from aoai.dataset.shapes import get, items


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one example, plain or not.

    Attributes:
        system: its system message; None if the format has none or the example lacks it.
        images: addresses of its images; an embedded image's address is the image itself.
    """

    system: str | None
    images: tuple[str, ...] = ()


def facts_of(example: dict[str, object]) -> Facts:
    """The facts of an example of any format; it need not be a good one."""
    messages = list(messages_of(example))
    system = [m for m in messages if get(m, "role") in SYSTEM_ROLES]
    parts = (part for message in messages for part in images(get(message, "content")))
    urls = (get(get(part, "image_url"), "url") for part in parts)
    return Facts(
        system="".join(texts(get(system[0], "content"))) if system else None,
        images=tuple(url for url in urls if isinstance(url, str)),
    )


def messages_of(example: dict[str, object]) -> Iterator[object]:
    """All messages of an example, whichever of its fields they stand in."""
    for value in (
        example.get("messages"),
        get(example.get("input"), "messages"),
        example.get("preferred_output"),
        example.get("non_preferred_output"),
    ):
        yield from (message for message, _ in items(value, ""))


def canonical(example: dict[str, object]) -> bytes:
    """The example as JSON in one form: however it was written, equal examples are equal bytes."""
    return msgspec.json.encode(example, order="deterministic")
