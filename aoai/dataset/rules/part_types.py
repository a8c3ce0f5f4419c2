"""A part of a content is text, an image or a refusal."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown
from aoai.dataset.rules.fields import PART_TYPES

UNKNOWN_PART = error(
    "unknown-part",
    "a part of a content that is no text, image or refusal",
    "OpenAI API, fine-tuning chat request input",
)


# Types of the Responses API and of other tools.
_MEANT = dict.fromkeys(("input_text", "output_text"), "text")
_MEANT |= dict.fromkeys(("input_image", "image"), "image_url")


def check(example: Example) -> Iterator[Problem]:
    """Parts of other types."""
    for message, path, _, _ in example.all_messages:
        for part, at in items(message.get("content"), f"{path}.content"):
            name = get(part, "type")
            if isinstance(name, str) and name not in PART_TYPES:
                hint = f'; write "{_MEANT[name]}"' if name in _MEANT else ""
                text = f"{shown(name)} is none of: {', '.join(PART_TYPES)}{hint}."
                yield UNKNOWN_PART.at(f"{at}.type", text)


RULE = Rule(check)
