"""Images are in user messages only, and not too many in one example."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.content import images
from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error
from aoai.dataset.limits import MAXIMUM_IMAGES

_PAGE = 'page "Vision fine-tuning", image dataset requirements'

# The page forbids the assistant's; the API's schema has images in no other role's messages either.
IMAGE_NOT_ALLOWED = error(
    "image-not-allowed", "an image in a message that is not the user's", f"{_PAGE}; OpenAI API"
)
TOO_MANY_IMAGES = error("too-many-images", "more than 64 images in one example", _PAGE)


def check(example: Example) -> Iterator[Problem]:
    """Images where none may be, and more than may be."""
    for message, path, role, _ in example.all_messages:
        if role != "user":
            for part, at in items(message.get("content"), f"{path}.content"):
                if get(part, "type") == "image_url":
                    text = f"images belong in user messages only, not in {role}."
                    yield IMAGE_NOT_ALLOWED.at(at, text)
    count = sum(len(images(get(message, "content"))) for message in example.listed or ())
    if count > MAXIMUM_IMAGES:
        text = f"{count} images, at most {MAXIMUM_IMAGES}; split the example."
        yield TOO_MANY_IMAGES.at(f"{example.path}.messages", text)


RULE = Rule(check)
