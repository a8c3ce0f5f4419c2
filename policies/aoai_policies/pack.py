"""The rules as Pulumi policies.

A Pulumi policy reports everything at one level. A rule that also warns is therefore two policies:
its own, and ``<name>-warning``, which is advisory. Both come from one evaluation with the settings
of the first: settings in two places could leave a gap between the day of the last warning and the
day of the first failure.

A rule about inputs is a resource policy: in an update it stops a resource before it is made. A rule
about the whole stack is a stack policy, which in an update runs when everything is made; where it
is worth stopping before, ``<name>-before-create`` runs it on what is registered so far.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy

from aoai_policies.rule import REGISTERED, Rule
from aoai_policies.rules import RULES
from aoai_policies.sdk.resource_policy import BeforeCreate, InputsRule
from aoai_policies.sdk.run import Run
from aoai_policies.sdk.stack_policy import StackRule

NAME: Final = "aoai"
DESCRIPTION: Final = "Rules for fine-tuned Azure OpenAI models and their deployments"
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def in_preview() -> bool:
    """Whether the engine runs a preview, in which nothing is made."""
    return os.environ.get("PULUMI_DRY_RUN", "").lower() == "true"


def policies(
    rules: Sequence[Rule] = RULES,
    clock: Clock = utc_now,
    preview: Callable[[], bool] = in_preview,
) -> list[Policy]:
    """The policies of all rules, in the order in which they must be registered."""
    run = Run(clock)
    return [
        _registered(run),
        *(policy for rule in rules for policy in _of_rule(rule, run, preview)),
    ]


def _of_rule(rule: Rule, run: Run, preview: Callable[[], bool]) -> Iterator[Policy]:
    if rule.judges == "inputs":
        yield InputsRule(rule, run).policy()
        return
    if rule.before_create:
        yield BeforeCreate(rule, run, preview).policy()
    yield from StackRule(rule, run).policies()


def _registered(run: Run) -> Policy:
    """The first policy: it notes what the program registers and reports nothing."""
    number = run.number()
    return ResourceValidationPolicy(
        name=REGISTERED,
        description=(
            "Checks that rules about the stack judge what the program declares, and not what is "
            "about to be deleted."
        ),
        validate=lambda args, _report: run.note(number, args),
        enforcement_level=EnforcementLevel.ADVISORY,
    )
