"""At least one answer of an example has a weight other than 0."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, warning

NOTHING_TRAINED = warning(
    "nothing-trained",
    "every assistant message has weight 0",
    'page "Customize a model with fine-tuning", multi-turn chat file format',
)


def check(example: Example) -> Iterator[Problem]:
    """Examples of which the model learns nothing."""
    listed = example.listed or []
    answers = [m for m, role in zip(listed, example.roles, strict=True) if role == "assistant"]
    if answers and all(get(answer, "weight") == 0 for answer in answers):
        text = "every answer has weight 0; give weight 1 to one of them."
        yield NOTHING_TRAINED.at(f"{example.path}.messages", text)


RULE = Rule(check, ("chat",))
