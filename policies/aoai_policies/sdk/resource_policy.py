"""Rules as resource policies: run for each resource before the engine makes or changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from aoai_policies.facts import DEPLOYMENT_TYPE, STACK_TYPE, Stack, is_relevant
from aoai_policies.proxies import plain_properties
from aoai_policies.rule import BEFORE_CREATE_SUFFIX, Rule, config_findings, judge
from aoai_policies.sdk.metadata import config_schema, metadata
from aoai_policies.sdk.run import Run


class InputsRule:
    """A rule about inputs.

    A value that is not known yet leaves the SDK's own note behind: when it is known, right before
    the resource is made, the rule is run again.
    """

    def __init__(self, rule: Rule, run: Run) -> None:
        self._rule = rule
        self._run = run
        self._number = run.number()

    def policy(self) -> Policy:
        """The rule's policy."""
        return ResourceValidationPolicy(
            name=self._rule.name,
            validate=self._check,
            remediate=self._remediate if self._rule.remedy else None,
            enforcement_level=EnforcementLevel(self._rule.enforcement),
            config_schema=config_schema(self._rule),
            **metadata(self._rule),
        )

    def _check(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type == STACK_TYPE:
            for finding in config_findings(self._rule, args.get_config()):
                report(finding.message, finding.subject)
        if not is_planned(args):
            return
        found = judge(
            self._rule,
            lambda: self._run.resource(self._number, args)[1],
            args.get_config(),
            self._run.clock(),
        )
        for finding in found:
            if not finding.unknown:
                report(finding.message, finding.subject)
        unknown = [finding.unknown for finding in found if finding.unknown]
        if unknown:
            raise UnknownValueError(UNKNOWN_STRING_VALUE, unknown[0].split("."))

    def _remediate(self, args: ResourceValidationArgs) -> Any:
        if args.resource_type != DEPLOYMENT_TYPE or self._rule.remedy is None:
            return None
        config = self._rule.with_defaults(args.get_config())
        changes: Mapping[str, object] | None = self._rule.remedy(
            plain_properties(args.props), config
        )
        if not changes:
            return None
        return _changed(args.props, changes)


class BeforeCreate:
    """A rule about the stack, on what is registered so far, before the next resource is made."""

    def __init__(self, rule: Rule, run: Run, preview: Callable[[], bool]) -> None:
        self._rule = rule
        self._run = run
        self._preview = preview
        self._number = run.number()

    def policy(self) -> Policy:
        """The policy; in a preview it leaves everything to the stack policy of the rule."""
        return ResourceValidationPolicy(
            name=f"{self._rule.name}{BEFORE_CREATE_SUFFIX}",
            validate=self._check,
            enforcement_level=EnforcementLevel(self._rule.enforcement),
            config_schema=config_schema(self._rule),
            **metadata(self._rule),
        )

    def _check(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        if self._preview() or not is_planned(args):
            return
        found = judge(self._rule, lambda: self._facts(args), args.get_config(), self._run.clock())
        for finding in found:
            if finding.level == "mandatory" and finding.subject in ("", args.urn):
                report(finding.message, finding.subject)

    def _facts(self, args: ResourceValidationArgs) -> Stack:
        if self._rule.before_create == "alone":
            return self._run.resource(self._number, args)[1]
        return self._run.registered.stack()


def is_planned(args: ResourceValidationArgs) -> bool:
    """Whether a resource is one that rules look into, and will be there.

    The inputs of a new resource that ``--target`` leaves out are empty: it is not made.
    """
    return is_relevant(args.resource_type) and len(args.props) > 0


def _changed(props: Mapping[str, Any], changes: Mapping[str, object]) -> Mapping[str, Any]:
    """The same properties with changes; unknown values in the others are not touched."""
    for name, value in changes.items():
        props[name] = value  # type: ignore[index] # the SDK's mapping can be written to
    return props
