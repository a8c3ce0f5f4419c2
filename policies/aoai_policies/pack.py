"""The rules as Pulumi policies.

A Pulumi policy reports everything at one level. A rule that also warns is therefore two policies:
its own, and `<name>-warning`, which is advisory. Both come from one evaluation with the settings of
the first: settings in two places could leave a gap between the day of the last warning and the day
of the first failure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from .proxies import stack_from
from .rule import Finding, Rule, evaluate
from .rules import RULES

NAME: Final = "aoai"
DESCRIPTION: Final = "Rules for fine-tuned Azure OpenAI models and their deployments"
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def policies(rules: Sequence[Rule] = RULES, clock: Clock = utc_now) -> list[Policy]:
    """The policies of all rules, in the order in which they must be registered."""
    return [policy for rule in rules for policy in StackRule(rule, clock).policies()]


class StackRule:
    """A rule as one or two stack policies.

    The SDK runs the policies of a pack one after the other, in the order of registration: the
    warning policy reports what the policy before it has set aside.
    """

    def __init__(self, rule: Rule, clock: Clock) -> None:
        self._rule = rule
        self._clock = clock
        self._warnings: list[Finding] = []

    def policies(self) -> list[Policy]:
        """The rule's own policy and, if the rule warns, its advisory one."""
        own = self._policy(self._rule.name, self._check, EnforcementLevel(self._rule.enforcement))
        if not self._rule.warns:
            return [own]
        name = f"{self._rule.name}-warning"
        return [own, self._policy(name, self._warn, EnforcementLevel.ADVISORY)]

    def _check(self, args: StackValidationArgs, report: ReportViolation) -> None:
        findings = evaluate(
            self._rule, lambda: stack_from(args.resources), args.get_config(), self._clock()
        )
        self._warnings = [finding for finding in findings if finding.level == "advisory"]
        for finding in findings:
            if finding.level == "mandatory":
                report(finding.message, finding.subject)

    def _warn(self, _args: StackValidationArgs, report: ReportViolation) -> None:
        warnings, self._warnings = self._warnings, []
        for finding in warnings:
            report(finding.message, finding.subject)

    def _policy(
        self,
        name: str,
        validate: Callable[[StackValidationArgs, ReportViolation], None],
        level: EnforcementLevel,
    ) -> Policy:
        own = name == self._rule.name
        return StackValidationPolicy(
            name=name,
            description=self._rule.description,
            validate=validate,
            enforcement_level=level,
            config_schema=PolicyConfigSchema({k: dict(v) for k, v in self._rule.settings.items()})
            if own
            else None,
            severity=Severity(self._rule.severity),
            remediation_steps=self._rule.remediation,
        )
