"""All rules on an exported stack, with the same config file as the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aoai_policies.export import Export
from aoai_policies.facts import Stack, stack_of
from aoai_policies.finding import Finding, Level, name_of
from aoai_policies.rule import (
    BEFORE_CREATE_SUFFIX,
    REGISTERED,
    WARNING_SUFFIX,
    Config,
    Rule,
    evaluate,
)
from aoai_policies.rules import RULES

_LEVELS: Final = ("advisory", "mandatory", "remediate", "disabled")
_LEVEL: Final = "enforcementLevel"
_PACK_ONLY: Final = (WARNING_SUFFIX, BEFORE_CREATE_SUFFIX)
"""Policies that only the pack has: they report what their rule finds."""


class ConfigError(ValueError):
    """A policy config that cannot be used."""


@dataclass(frozen=True)
class Violation:
    """A finding with its rule and the level that the config gives it."""

    rule: Rule
    finding: Finding
    level: Level

    @property
    def name(self) -> str:
        """Name of the resource; empty for the stack."""
        return name_of(self.finding.subject)


def check_export(
    export: Export, config: object, now: datetime, rules: Sequence[Rule] = RULES
) -> tuple[Violation, ...]:
    """The findings of all rules, in the order of the rules.

    Args:
        export: the stack.
        config: a policy config file's content; empty for the defaults.
        now: the time, in UTC.
        rules: the rules to run.

    Raises:
        ConfigError: the config is no such file, or names an unknown rule or level.
    """
    settings = _settings(config, rules)
    inputs, state = stack_of(export.inputs), stack_of(export.state)
    return tuple(
        violation
        for rule in rules
        for violation in _of_rule(rule, inputs, state, settings.get(rule.name, {}), now)
    )


def _of_rule(
    rule: Rule, inputs: Stack, state: Stack, given: Config, now: datetime
) -> Iterator[Violation]:
    level = given.get(_LEVEL, rule.enforcement)
    if level == "disabled":
        return
    config = {name: value for name, value in given.items() if name != _LEVEL}
    facts = inputs if rule.judges == "inputs" else state
    for finding in evaluate(rule, lambda: facts, config, now):
        advisory = finding.level == "advisory" or bool(finding.unknown) or level == "advisory"
        yield Violation(rule, finding, "advisory" if advisory else "mandatory")


def _settings(config: object, rules: Sequence[Rule]) -> dict[str, Config]:
    if not isinstance(config, Mapping):
        raise ConfigError("a policy config is an object with the names of policies")
    known = {rule.name for rule in rules}
    common = _entry("all", config["all"]).get(_LEVEL) if "all" in config else None
    found: dict[str, Config] = {name: {_LEVEL: common} for name in known if common}
    for name, value in config.items():
        if name in ("all", REGISTERED) or str(name).endswith(_PACK_ONLY):
            continue
        if name not in known:
            raise ConfigError(f"there is no policy {name}; there are {', '.join(sorted(known))}")
        found[name] = {**found.get(name, {}), **_entry(name, value)}
    return found


def _entry(name: str, value: object) -> Config:
    entry = {_LEVEL: value} if isinstance(value, str) else value
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{name} takes an enforcement level or an object with settings")
    level = entry.get(_LEVEL, "mandatory")
    if level not in _LEVELS:
        raise ConfigError(f"the enforcement level of {name} must be one of {', '.join(_LEVELS)}")
    return entry
