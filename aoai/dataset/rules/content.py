"""Rules for a message's content: text, or parts of text and images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aoai.dataset.finding import Problem, shown
from aoai.dataset.rules.images import check_image
from aoai.dataset.rules.shapes import OBJECT, STRING, check_object, get, items, required

_PARTS = {
    "text": {"type": required(STRING), "text": required(STRING)},
    "image_url": {"type": required(STRING), "image_url": required(OBJECT)},
    "refusal": {"type": required(STRING), "refusal": required(STRING)},
}

# Control tokens of the chat format. In the text of an example they are nearly always left over
# from a template; the model would learn to write them.
_SPECIAL_TOKENS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|endofprompt|>")


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


def check_content(content: object, path: str, role: str) -> Iterator[Problem]:
    """What is wrong with a content that is a string or an array."""
    for part, at in items(content, path):
        yield from _check_part(part, at, role)
    yield from check_special_tokens(content, path)


def check_not_blank(content: object, path: str) -> Iterator[Problem]:
    """That a content says something."""
    if isinstance(content, str | list) and _is_blank(content):
        yield Problem("empty-content", path, "empty; write text, or leave the message out.")


def _is_blank(content: str | list[object]) -> bool:
    if isinstance(content, list) and len(texts(content)) < len(content):
        return False  # parts that are no text
    return not "".join(texts(content)).strip()


def check_special_tokens(content: object, path: str) -> Iterator[Problem]:
    """Control tokens in the text."""
    text = "\n".join(texts(content))
    for token in _SPECIAL_TOKENS if "<|" in text else ():
        if token in text:
            yield Problem("special-token", path, f"holds {token}, a control token; remove it.")


def _check_part(part: object, path: str, role: str) -> Iterator[Problem]:
    name = get(part, "type")
    if isinstance(name, str) and name not in _PARTS:
        known = ", ".join(_PARTS)
        yield Problem("unknown-part", f"{path}.type", f"{shown(name)} is none of: {known}.")
        return
    yield from check_object(part, path, _PARTS[name if isinstance(name, str) else "text"])
    if name == "image_url":
        # Page "Vision fine-tuning" forbids the assistant's; the API's schema has no other role's.
        if role != "user":
            yield Problem(
                "image-not-allowed", path, f"images stand in user messages only, not in {role}."
            )
        image = get(part, "image_url")
        if isinstance(image, dict):
            yield from check_image(image, f"{path}.image_url")
