"""The rules on an export, with the config files that the pack takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aoai_policies.checking import ConfigError, check_export
from aoai_policies.export import Export
from aoai_policies.pack import policies
from aoai_policies.rules import RULES

from tests.unit.policies.stacks import NOW, deployment

CONFIGS = Path(__file__).parents[3] / "policies" / "config"
TWINS = (deployment("chat"), deployment("copy"))
STACK = Export(inputs=TWINS, state=TWINS)
RULE = "one-deployment-per-model"


def levels(config: Any) -> dict[str, str]:
    return {v.rule.name: v.level for v in check_export(STACK, config, NOW)}


def test_a_mandatory_finding_is_mandatory_unless_the_config_sets_another_level() -> None:
    assert levels({})[RULE] == "mandatory"
    assert levels({RULE: "advisory"})[RULE] == "advisory"
    assert levels({RULE: {"enforcementLevel": "advisory"}})[RULE] == "advisory"
    assert levels({RULE: {"enforcementLevel": "remediate"}})[RULE] == "mandatory"
    assert RULE not in levels({RULE: {"enforcementLevel": "disabled"}})


def test_all_sets_the_level_of_every_rule_that_has_none_of_its_own() -> None:
    assert levels({"all": "disabled"}) == {}
    assert set(levels({"all": "disabled", RULE: "advisory"})) == {RULE}


def test_a_rule_that_is_advisory_stays_so() -> None:
    assert levels({})["readiness"] == "advisory"


def test_settings_reach_the_rule() -> None:
    assert RULE in levels({RULE: {"scope": "model"}})
    capacity = {"deployment-capacity": {"maxCapacity": 1}}
    assert "deployment-capacity" not in levels(capacity)


@pytest.mark.parametrize(
    "config",
    [
        [],
        None,
        "x",
        {"no-such-policy": {}},
        {RULE: 1},
        {RULE: "loud"},
        {"all": {"x": []}, RULE: []},
    ],
)
def test_a_config_that_cannot_be_used_is_refused(config: Any) -> None:
    with pytest.raises(ConfigError):
        check_export(STACK, config, NOW)


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_the_config_files_name_policies_and_settings_that_there_are(name: str) -> None:
    config = json.loads((CONFIGS / f"{name}.json").read_text())
    known = {policy.name: policy for policy in policies()}

    for policy, given in config.items():
        schema = known[policy].config_schema
        names = {"enforcementLevel", *(schema.properties if schema else ())}
        assert isinstance(given, str) or set(given) <= names
    assert not any("setting" in v.finding.message for v in check_export(STACK, config, NOW))


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_rule_and_its_policy_before_create_have_the_same_settings(name: str) -> None:
    config = json.loads((CONFIGS / f"{name}.json").read_text())

    for rule in RULES:
        own, before = config.get(rule.name), config.get(f"{rule.name}-before-create")
        if rule.before_create:
            defaults = rule.with_defaults(own or {})
            assert rule.with_defaults(before or {}) == defaults, rule.name
        else:
            assert before is None
