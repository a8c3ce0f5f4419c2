"""What a rule is, what it finds, and how it is run so that a fault in it is not a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .facts import Stack

Level = Literal["advisory", "mandatory"]
Severity = Literal["low", "medium", "high", "critical"]
Config = Mapping[str, object]
"""A rule's settings as they come from the stack's policy config: numbers may be floats."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: with which resource (a URN, "" for the stack), and what to do."""

    subject: str
    message: str
    level: Level = "mandatory"


Check = Callable[[Stack, Config, datetime], Iterator[Finding]]
"""Facts, settings and the time (UTC) in; findings out. No clock, no network, no Pulumi."""


ON_UNKNOWN: Mapping[str, Mapping[str, object]] = {
    "onUnknown": {
        "type": "string",
        "enum": ["mandatory", "advisory"],
        "default": "mandatory",
        "description": "The level of a finding about something that cannot be known yet.",
    }
}
"""The setting of every rule that can meet an unknown value."""


@dataclass(frozen=True)
class Rule:
    """A check and what people are told about it.

    Attributes:
        name: Kebab case; also the key of its settings in a policy config file.
        description: One sentence that starts with "Checks that"; the first line people see.
        severity: How much it hurts when the rule is broken.
        enforcement: The level at which mandatory findings are reported unless a config says other.
        settings: JSON schema of each setting, with its default.
        remediation: What to do about a finding, for the policy's own page.
        check: The rule itself.
        warns: Whether the rule has advisory findings beside its mandatory ones.
    """

    name: str
    description: str
    severity: Severity
    enforcement: Level
    settings: Mapping[str, Mapping[str, object]]
    remediation: str
    check: Check
    warns: bool = False


def evaluate(
    rule: Rule, facts: Callable[[], Stack], config: Config, now: datetime
) -> tuple[Finding, ...]:
    """All findings of a rule; a fault in the rule, or in reading the facts, is one of them."""
    findings = [
        _no_such_setting(rule, name) for name in sorted(config.keys() - rule.settings.keys())
    ]
    try:
        findings.extend(rule.check(facts(), _with_defaults(rule, config), now))
    except Exception as error:  # noqa: BLE001 - whatever the bug is, it must not read as a pass
        findings.append(_fault(rule, error))
    return tuple(findings)


def level_of_unknown(config: Config) -> Level:
    """What `onUnknown` says; anything but advisory fails closed."""
    return "advisory" if config["onUnknown"] == "advisory" else "mandatory"


def _with_defaults(rule: Rule, config: Config) -> Config:
    defaults = {name: schema["default"] for name, schema in rule.settings.items()}
    return {**defaults, **config}


def _no_such_setting(rule: Rule, name: str) -> Finding:
    known = ", ".join(rule.settings)
    return Finding("", f"The policy config names a setting {name}; {rule.name} knows {known}.")


def _fault(rule: Rule, error: Exception) -> Finding:
    return Finding(
        subject="",
        message=(
            f"The rule {rule.name} stopped on an error of its own ({type(error).__name__}), "
            "so nothing that it checks can be said to be right.\n"
            "Check its settings in the policy config and report the error; until it is mended, "
            "the rule can be set to advisory there."
        ),
    )
