"""Whatever is known of a stack, no rule stops on an error of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from aoai_policies.facts import Resource, stack_of
from aoai_policies.rule import Rule, evaluate
from aoai_policies.rules import RULES
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import NOW, native
from tools.policy_examples import Program, Service, example, resources

EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
STRANGE: tuple[Any, ...] = (
    UNKNOWN,
    None,
    "",
    "text",
    -1.0,
    1e300,
    float("nan"),
    True,
    [],
    {},
    [{}],
)


def everything(service: Service | None) -> list[Resource]:
    """A stack with every kind of resource, from all examples."""
    found: list[Resource] = [native("native"), native("other", properties=UNKNOWN)]
    for rule in RULES:
        given = example(rule.name)
        for number, program in enumerate((given.violates, given.corrected)):
            seen = Program(program.resources, service or program.service)
            found += [
                replace(one, urn=f"{one.urn}-{rule.name}-{number}") for one in resources(seen)
            ]
    return found


def damaged(resource: Resource, value: Any) -> Iterator[Resource]:
    """A resource with each property, and each part of one, replaced."""
    for key, given in resource.properties.items():
        yield with_property(resource, key, value)
        if isinstance(given, Mapping):
            for part in given:
                yield with_property(resource, key, {**given, part: value})


def with_property(resource: Resource, key: str, value: Any) -> Resource:
    return replace(resource, properties={**resource.properties, key: value})


def no_fault(rule: Rule, *stack: Resource) -> None:
    config = example(rule.name).config
    for finding in evaluate(rule, lambda: stack_of(stack), config, NOW):
        assert "error of its own" not in finding.message, finding.message


@EACH
@pytest.mark.parametrize("value", STRANGE, ids=repr)
def test_no_rule_trips_over_a_value(rule: Rule, value: Any) -> None:
    stack = everything(Service(idle_days=3))
    for resource in stack[:2] + [r for r in stack if rule.name in r.urn]:
        for one in damaged(resource, value):
            no_fault(rule, one, *stack[:3])


@EACH
def test_no_rule_trips_over_a_resource_of_which_nothing_is_known(rule: Rule) -> None:
    stack = everything(None)

    no_fault(rule, *(replace(r, properties={}) for r in stack))
    no_fault(rule, *(replace(r, properties=dict.fromkeys(r.properties, UNKNOWN)) for r in stack))
    no_fault(rule, *(replace(r, depends_on={"model": frozenset({r.urn})}) for r in stack))


@EACH
@pytest.mark.parametrize(
    "service",
    [None, Service(0), Service(5, called_days=1), Service(16), Service(16, removed=True)],
    ids=["planned", "new", "used", "idle", "removed"],
)
def test_every_state_of_the_service_can_be_judged(rule: Rule, service: Service | None) -> None:
    no_fault(rule, *everything(service))


SILENT = {
    "inactive-deployment": "one that is still to be made has not been idle",
    "model-retirement": "fine-tuning-region reports the model that is not known",
    "deployment-region-and-sku": "it runs again before the resource is made",
    "known-to-catalog": "it looks up what is known, and runs again before the resource is made",
    "readiness": "an answer that is not known yet is one",
}


def test_what_is_not_known_is_not_taken_for_right() -> None:
    silent = set()
    for rule in RULES:
        given = example(rule.name)
        known = list(resources(given.violates))
        hidden = stack_of(
            replace(r, properties=dict.fromkeys(r.properties, UNKNOWN)) for r in known
        )
        if not [*rule.check(hidden, rule.with_defaults(given.config), NOW)]:
            silent.add(rule.name)

    assert silent == set(SILENT)
