"""The pack as the SDK sees it: names, levels, settings; and that nothing fails open."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from aoai_policies.facts import DEPLOYMENT_TYPE, Stack
from aoai_policies.pack import policies
from aoai_policies.rule import Config, Finding, Rule
from aoai_policies.rules import RULES
from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from tests.unit.policies.stacks import MODEL, NOW, SWEDEN, shown

PACK = Path(__file__).parents[3] / "policies"
Report = tuple[str, str, str | None]


def reports(
    rule: Rule, *resources: PolicyResource, config: dict[str, object] | None = None
) -> list[Report]:
    """What the policies of a rule report: name, message, URN."""
    found: list[Report] = []
    for policy in policies([rule], clock=lambda: NOW):
        if not isinstance(policy, StackValidationPolicy):
            continue
        name = policy.name

        def report(message: str, urn: str | None = None, name: str = name) -> None:
            found.append((name, message, urn))

        policy.validate(StackValidationArgs(list(resources), config), report)
    return found


def rule_of(check: object, *, warns: bool = False) -> Rule:
    return Rule(
        name="made-up",
        description="Checks that tests can make up a rule.",
        severity="low",
        enforcement="mandatory",
        settings={"limit": {"type": "number", "default": 3}},
        remediation="None.",
        check=check,  # type: ignore[arg-type] # a test gives any callable
        warns=warns,
    )


def test_each_rule_is_a_policy_and_each_rule_that_warns_one_more() -> None:
    names = [policy.name for policy in policies()]
    expected = ["registered-resources"]
    for rule in RULES:
        expected += [f"{rule.name}-before-create"] if rule.before_create else []
        expected += [rule.name] + ([f"{rule.name}-warning"] if rule.warns else [])

    assert names == expected
    assert len(set(names)) == len(names)


def test_a_rule_about_inputs_is_a_resource_policy_and_one_about_the_stack_a_stack_policy() -> None:
    kinds = {policy.name: type(policy) for policy in policies()}

    for rule in RULES:
        wanted = ResourceValidationPolicy if rule.judges == "inputs" else StackValidationPolicy
        assert kinds[rule.name] is wanted


def test_a_rule_about_inputs_never_warns_since_a_resource_policy_has_one_level() -> None:
    assert [rule.name for rule in RULES if rule.judges == "inputs" and rule.warns] == []


def test_warnings_are_advisory_and_rules_have_the_level_that_they_declare() -> None:
    levels = {policy.name: policy.enforcement_level for policy in policies()}

    for rule in RULES:
        assert levels[rule.name] is EnforcementLevel(rule.enforcement)
        if rule.warns:
            assert levels[f"{rule.name}-warning"] is EnforcementLevel.ADVISORY


def test_a_warning_policy_takes_the_settings_of_its_rule_and_has_none() -> None:
    settings = {p.name: p.config_schema and list(p.config_schema.properties) for p in policies()}

    assert settings["one-deployment-per-model"] == ["scope", "onUnknown", "exceptions"]
    assert settings["one-deployment-per-model-before-create"] == [
        "scope",
        "onUnknown",
        "exceptions",
    ]
    assert settings["one-deployment-per-model-warning"] is None
    assert settings["inactive-deployment"] == [
        "warnAfterDays",
        "failAfterDays",
        "onUnknown",
        "exceptions",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_people_need_to_know(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert re.fullmatch(r"Checks that .*\.", rule.description)
    assert rule.remediation.endswith(".")
    assert rule.title
    assert rule.framework.name
    assert rule.framework.specification
    for schema in rule.settings.values():
        assert {"type", "default", "description"} <= schema.keys()


def test_a_mandatory_finding_is_reported_by_the_rules_own_policy_at_its_resource() -> None:
    def check(_stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
        yield Finding("urn:a", "wrong")
        yield Finding("urn:b", "soon wrong", "advisory")

    assert reports(rule_of(check, warns=True)) == [
        ("made-up", "wrong", "urn:a"),
        ("made-up-warning", "soon wrong", "urn:b"),
    ]


def test_a_warning_is_reported_once() -> None:
    def check(_stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
        yield Finding("urn:b", "soon wrong", "advisory")

    _registered, own, warning = policies([rule_of(check, warns=True)])
    assert isinstance(own, StackValidationPolicy)
    assert isinstance(warning, StackValidationPolicy)
    found: list[str] = []
    args = StackValidationArgs([])
    own.validate(args, lambda message, _urn: found.append(message))
    warning.validate(args, lambda message, _urn: found.append(message))
    warning.validate(args, lambda message, _urn: found.append(message))

    assert found == ["soon wrong"]


def test_a_rule_sees_its_settings_with_defaults_and_the_time() -> None:
    def check(_stack: Stack, config: Config, now: datetime) -> Iterator[Finding]:
        yield Finding("", f"{config['limit']} at {now:%H:%M}")

    assert reports(rule_of(check)) == [("made-up", "3 at 12:00", "")]
    assert reports(rule_of(check), config={"limit": 5.0}) == [("made-up", "5.0 at 12:00", "")]


def test_a_setting_that_does_not_exist_is_a_finding_not_a_silence() -> None:
    def check(_stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
        yield from ()

    ((name, message, _),) = reports(rule_of(check), config={"limits": 5.0})

    assert name == "made-up"
    assert "limits" in message
    assert "knows limit" in message


def test_a_rule_with_a_bug_reports_itself_and_what_it_had_found() -> None:
    def check(_stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
        yield Finding("urn:a", "wrong")
        raise ZeroDivisionError("the key is sk-123")

    (_, first, _), (name, second, _) = reports(rule_of(check))

    assert (first, name) == ("wrong", "made-up")
    assert "made-up" in second
    assert "ZeroDivisionError" in second
    assert "sk-123" not in second
    assert "Traceback" not in second


def test_facts_that_cannot_be_read_are_a_violation_too() -> None:
    def check(_stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
        yield from ()

    broken = shown(DEPLOYMENT_TYPE, "chat", {})
    del broken.property_dependencies

    ((name, message, _),) = reports(rule_of(check), broken)

    assert name == "made-up"
    assert "AttributeError" in message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_lets_an_unknown_value_through_to_the_sdk(rule: Rule) -> None:
    unknown: dict[str, object] = dict.fromkeys(
        ("account", "model", "sku", "activity", "created_at", "deployment_id"), UNKNOWN_STRING_VALUE
    )
    stack = [shown(DEPLOYMENT_TYPE, name, unknown) for name in ("chat", "copy")]

    assert not any("error of its own" in message for _, message, _ in reports(rule, *stack))


def test_a_clash_goes_the_whole_way() -> None:
    rule = RULES[0]
    stack = [
        shown(DEPLOYMENT_TYPE, name, {"account": SWEDEN, "model": MODEL})
        for name in ("chat", "copy")
    ]

    ((name, message, urn),) = reports(rule, *stack)

    assert (name, urn) == ("one-deployment-per-model", stack[1].urn)
    assert MODEL in message


def test_rules_and_facts_need_no_pulumi() -> None:
    program = "import sys, aoai_policies.rules; print([m for m in sys.modules if 'pulumi' in m])"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PACK, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
