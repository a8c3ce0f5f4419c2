"""A rule about the whole stack as one or two stack policies."""

from __future__ import annotations

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from aoai_policies.finding import Finding
from aoai_policies.rule import WARNING_SUFFIX, Rule, evaluate
from aoai_policies.sdk.metadata import config_schema, metadata
from aoai_policies.sdk.run import Run


class StackRule:
    """A rule as one or two stack policies.

    The SDK runs the policies of a pack one after the other, in the order of registration: the
    warning policy reports what the policy before it has set aside.
    """

    def __init__(self, rule: Rule, run: Run) -> None:
        self._rule = rule
        self._run = run
        self._number = run.number()
        self._warnings: list[Finding] = []

    def policies(self) -> list[Policy]:
        """The rule's own policy and, if the rule warns, its advisory one."""
        own = StackValidationPolicy(
            name=self._rule.name,
            validate=self._check,
            enforcement_level=EnforcementLevel(self._rule.enforcement),
            config_schema=config_schema(self._rule),
            **metadata(self._rule),
        )
        if not self._rule.warns:
            return [own]
        warning = StackValidationPolicy(
            name=f"{self._rule.name}{WARNING_SUFFIX}",
            validate=self._warn,
            enforcement_level=EnforcementLevel.ADVISORY,
            **metadata(self._rule),
        )
        return [own, warning]

    def _check(self, args: StackValidationArgs, report: ReportViolation) -> None:
        findings = evaluate(
            self._rule,
            lambda: self._run.stack(self._number, args),
            args.get_config(),
            self._run.clock(),
        )
        self._warnings = [finding for finding in findings if finding.level == "advisory"]
        for finding in findings:
            if finding.level == "mandatory":
                report(finding.message, finding.subject)

    def _warn(self, _args: StackValidationArgs, report: ReportViolation) -> None:
        warnings, self._warnings = self._warnings, []
        for finding in warnings:
            report(finding.message, finding.subject)
