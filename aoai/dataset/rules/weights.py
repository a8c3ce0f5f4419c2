"""Only an assistant message has a weight, of 0 or 1."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown

BAD_WEIGHT = error(
    "bad-weight",
    "a weight is not 0 or 1, or is given to a message that is not the assistant's",
    'page "Customize a model with fine-tuning", multi-turn chat file format',
)


def check(example: Example) -> Iterator[Problem]:
    """Weights that are no weights, and those of other messages."""
    for message, path, role, _ in example.all_messages:
        if "weight" not in message:
            continue
        weight = message["weight"]
        if role != "assistant":
            text = f"only assistant messages have a weight, not {role}; remove it."
            yield BAD_WEIGHT.at(f"{path}.weight", text)
        elif weight is not None and (type(weight) is not int or weight not in {0, 1}):
            yield BAD_WEIGHT.at(f"{path}.weight", f"{shown(weight)}: write 0 or 1.")


RULE = Rule(check)
