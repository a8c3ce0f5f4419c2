"""What a rule is, what it finds, and how it is run so that a fault in it is not a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from aoai_policies.exceptions import EXCEPTIONS, malformed, without_excepted
from aoai_policies.facts import Stack
from aoai_policies.finding import Finding, Level
from aoai_policies.values import Properties

__all__ = ["Check", "Config", "Finding", "Framework", "Level", "Rule", "Severity", "evaluate"]

Severity = Literal["low", "medium", "high", "critical"]
Judges = Literal["stack", "inputs"]
BeforeCreate = Literal["alone", "with others"]
Config = Mapping[str, object]
"""A rule's settings as they come from the stack's policy config: numbers may be floats."""

Check = Callable[[Stack, Config, datetime], Iterator[Finding]]
"""Facts, settings and the time (UTC) in; findings out. No clock, no network, no Pulumi."""

Remedy = Callable[[Properties, Config], Properties | None]
"""Properties of a ModelDeployment in; those to change out, or None if nothing is to be changed."""

WARNING_SUFFIX = "-warning"
"""Ends the name of the policy that reports a rule's advisory findings."""

BEFORE_CREATE_SUFFIX = "-before-create"
"""Ends the name of the policy that runs a rule about the stack before a resource is made."""

REGISTERED = "registered-resources"
"""The policy that notes what the program registers; it reports nothing."""


@dataclass(frozen=True)
class Framework:
    """The compliance framework that a rule belongs to.

    Attributes:
        name: its short name.
        specification: the part of it.
    """

    name: str
    specification: str


ON_UNKNOWN: Mapping[str, Mapping[str, object]] = {
    "onUnknown": {
        "type": "string",
        "enum": ["mandatory", "advisory"],
        "default": "mandatory",
        "description": "The level of a finding about something that cannot be known yet.",
    }
}
"""The setting of every rule that judges a whole stack and can meet an unknown value."""


@dataclass(frozen=True)
class Rule:
    """A check and everything that is known about it.

    Attributes:
        name: its id, in kebab case; also the key of its settings in a policy config file.
        description: one sentence that starts with "Checks that"; the first line of each finding.
        severity: how much it hurts when the rule is broken.
        enforcement: the level of its mandatory findings unless a config sets another one.
        settings: JSON schema of each setting, with its default.
        remediation: what to do about a finding.
        check: the rule itself.
        warns: whether it has advisory findings beside its mandatory ones.
        title: its name in words, for a page or a report.
        framework: where the requirement comes from.
        judges: ``inputs``, each resource by itself before it is made, or the whole ``stack``.
        before_create: whether a rule about the stack is also run before each resource is made: on
            it ``alone``, or ``with others`` that were registered before it.
        remedy: what fixes it, at the enforcement level ``remediate``.
    """

    name: str
    description: str
    severity: Severity
    enforcement: Level
    settings: Mapping[str, Mapping[str, object]]
    remediation: str
    check: Check
    warns: bool = False
    title: str = ""
    framework: Framework = Framework("aoai", "operations")
    judges: Judges = "stack"
    before_create: BeforeCreate | None = None
    remedy: Remedy | None = None

    @property
    def page(self) -> str:
        """Its documentation page, from the root of the repository."""
        return f"docs/policies/{self.name}.md"

    @cached_property
    def schema(self) -> Mapping[str, Mapping[str, object]]:
        """Its settings and those that every rule has."""
        return {**self.settings, **EXCEPTIONS}

    def with_defaults(self, config: Config) -> Config:
        """A config with the default of each setting that it leaves out."""
        return {**self._defaults, **config}

    @cached_property
    def _defaults(self) -> Config:
        return {name: schema["default"] for name, schema in self.schema.items()}


def evaluate(
    rule: Rule, facts: Callable[[], Stack], config: Config, now: datetime
) -> tuple[Finding, ...]:
    """All findings of a rule; a fault in the rule, or in reading the facts, is one of them."""
    return (*config_findings(rule, config), *judge(rule, facts, config, now))


def config_findings(rule: Rule, config: Config) -> tuple[Finding, ...]:
    """What is wrong with a rule's settings: names that it does not know, broken exceptions."""
    unknown = [_no_such_setting(rule, name) for name in sorted(config.keys() - rule.schema.keys())]
    broken = [Finding("", text) for text in malformed(rule.name, config.get("exceptions"))]
    return (*unknown, *broken)


def judge(
    rule: Rule, facts: Callable[[], Stack], config: Config, now: datetime
) -> tuple[Finding, ...]:
    """The findings of a rule about the resources, without those that are excepted."""
    findings: list[Finding] = []
    try:
        for finding in rule.check(facts(), rule.with_defaults(config), now):
            findings.append(finding)  # noqa: PERF402 - those before a fault are kept
    except Exception as error:  # noqa: BLE001 - whatever the bug is, it must not read as a pass
        findings.append(_fault(rule, error))
    return tuple(without_excepted(findings, config.get("exceptions"), now))


def level_of_unknown(config: Config) -> Level:
    """The level that ``onUnknown`` sets; anything but advisory fails closed."""
    return "advisory" if config["onUnknown"] == "advisory" else "mandatory"


def _no_such_setting(rule: Rule, name: str) -> Finding:
    known = ", ".join(rule.schema)
    return Finding("", f"The policy config names a setting {name}; {rule.name} knows {known}.")


def _fault(rule: Rule, error: Exception) -> Finding:
    return Finding(
        subject="",
        message=(
            f"The rule {rule.name} stopped on an error of its own ({type(error).__name__}), "
            "so nothing that it checks is known to be right.\n"
            "Check its settings in the policy config and report the error; until it is fixed, "
            "the rule can be set to advisory there."
        ),
    )
