"""A training file has enough examples to be worth a training.

Source: the service refuses fewer than 10 examples; its guidance recommends to begin with 50 well
made ones (Azure OpenAI, fine-tuning, prepare your data). Only a file from a path is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import number, number_setting
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import account_named, quoted


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each file with too few examples."""
    for file in stack.files:
        if file.examples is UNKNOWN or file.validation is UNKNOWN:
            text = f"How many examples {quoted(file.name)} has is not known yet."
            yield Finding(file.urn, text, unknown="examples")
            continue
        kind = "minValidationExamples" if file.validation else "minExamples"
        fewest = number(config, kind)
        if file.examples is not None and file.examples < fewest:
            use = "validation" if file.validation else "training"
            yield Finding(
                file.urn,
                f"The {use} file {quoted(file.name)} for account {account_named(file.account)} "
                f"has {file.examples:.0f} examples; the policy config of this stack asks for "
                f"{fewest:.0f} at least.\nAdd examples, or train another way.",
            )


RULE = Rule(
    name="training-data-minimums",
    title="Enough training data",
    description="Checks that a training file has enough examples.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "fine-tuning, prepare your data"),
    settings={
        "minExamples": number_setting("Fewest examples of a training file.", 10),
        "minValidationExamples": number_setting("Fewest examples of a validation file.", 1),
    },
    remediation="Add examples to the file.",
    check=check,
    judges="inputs",
)
