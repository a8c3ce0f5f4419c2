"""The two outputs of a preference pair differ."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import OUTPUTS, Example
from aoai.dataset.finding import Problem, warning

IDENTICAL_OUTPUTS = warning(
    "identical-outputs",
    "the preferred and the non-preferred output are the same",
    "checks of Microsoft's fine-tuning skill for GitHub Copilot, validate_dpo.py",
)


def check(example: Example) -> Iterator[Problem]:
    """Pairs with nothing to prefer."""
    preferred, other = (_answers(example.value.get(name)) for name in OUTPUTS)
    if preferred and preferred == other:
        text = "the same as preferred_output: there is nothing to prefer; leave the pair out."
        yield IDENTICAL_OUTPUTS.at("$.non_preferred_output", text)


def _answers(output: object) -> list[tuple[object, object]]:
    return [(get(m, "content"), get(m, "tool_calls")) for m, _ in items(output, "")]


RULE = Rule(check, ("preference",))
