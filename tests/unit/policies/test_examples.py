"""Each rule's example: the program breaks it, its corrected twin does not."""

from __future__ import annotations

import pytest
from aoai_policies.facts import stack_of
from aoai_policies.rule import Rule, evaluate
from aoai_policies.rules import RULES

from tools.policy_examples import DIRECTORY, NOW, example, findings, resources

EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def test_every_example_is_of_a_rule() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.json")} == {rule.name for rule in RULES}


@EACH
def test_the_example_breaks_its_rule_and_its_twin_does_not(rule: Rule) -> None:
    given = example(rule.name)

    broken = findings(rule, given.violates, given.config)
    fixed = findings(rule, given.corrected, given.config)

    assert "mandatory" in [finding.level for finding in broken]
    assert not any("error of its own" in finding.message for finding in broken)
    assert fixed == ()


@EACH
def test_a_finding_names_the_resource_and_what_to_do(rule: Rule) -> None:
    given = example(rule.name)

    for finding in findings(rule, given.violates, given.config):
        assert f'"{finding.subject.rpartition("::")[2]}"' in finding.message
        assert "\n" in finding.message


@EACH
def test_taking_the_resource_out_of_the_program_is_a_remedy(rule: Rule) -> None:
    given = example(rule.name)
    broken = {f.subject for f in findings(rule, given.violates, given.config)}

    left = [r for r in resources(given.violates) if r.urn not in broken]

    assert evaluate(rule, lambda: stack_of(left), given.config, NOW) == ()


@EACH
def test_no_rule_finds_anything_in_an_empty_program(rule: Rule) -> None:
    assert evaluate(rule, lambda: stack_of([]), example(rule.name).config, NOW) == ()
