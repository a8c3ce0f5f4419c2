"""What a file's totals need of one example: its text, its images, its system message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from aoai.dataset.content import images, texts
from aoai.dataset.messages import SYSTEM_ROLES
from aoai.dataset.shapes import get, items

SEPARATOR = "\x1f"
"""Between the texts of an example: two examples with other borders are not the same."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one example.

    Attributes:
        text: all that a model reads or writes in it, pieces divided by ``SEPARATOR``.
        system: its system message; None if the format has none or the example lacks it.
        images: addresses of its images; an embedded image's address is the image itself.
    """

    text: str
    system: str | None
    images: tuple[str, ...] = ()


def facts_of(example: dict[str, object]) -> Facts:
    """The facts of an example of any format; it need not be a good one."""
    messages = list(_messages(example))
    pieces = [piece for message in messages for piece in _pieces(message)]
    pieces += [text for name in ("prompt", "completion") if (text := _text(example.get(name)))]
    tools = example.get("tools") or get(example.get("input"), "tools")
    if tools:
        pieces.append(msgspec.json.encode(tools).decode())
    parts = [part for message in messages for part in images(get(message, "content"))]
    system = [m for m in messages if get(m, "role") in SYSTEM_ROLES]
    return Facts(
        text=SEPARATOR.join(pieces),
        system="".join(texts(get(system[0], "content"))) if system else None,
        images=tuple(_text(get(get(part, "image_url"), "url")) for part in parts),
    )


def _messages(example: dict[str, object]) -> Iterator[object]:
    for value in (
        example.get("messages"),
        get(example.get("input"), "messages"),
        example.get("preferred_output"),
        example.get("non_preferred_output"),
    ):
        yield from (message for message, _ in items(value, ""))


def _pieces(message: object) -> Iterator[str]:
    yield "".join(texts(get(message, "content")))
    for call, _ in items(get(message, "tool_calls"), ""):
        yield _text(get(get(call, "function"), "name"))
        yield _text(get(get(call, "function"), "arguments"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
