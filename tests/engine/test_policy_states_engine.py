"""A stack with every kind of resource through the life of a stack, under the pack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.engine.policy_project import (
    ACCOUNT,
    PACK,
    Outcome,
    declared,
    deployed,
    new_project,
    trained,
)

pytestmark = [pytest.mark.engine, pytest.mark.matrix]
NANO = "gpt-4.1-nano-2025-04-14.ft-9z8y7x"
LARGE = "gpt-4.1-2025-04-14.ft-5e6f7a"
HERE = {**ACCOUNT, "tenant_id": "a"}
AMERICA = {**HERE, "location": "eastus2"}
STRICT: dict[str, Any] = {
    "cross-tenant-allow-list": {"allowedTenants": ["a", "b"]},
    "data-residency": {"allowedGeographies": ["Sweden", "EU", "US"]},
    "monthly-hosting-budget": {"monthlyUsd": 100_000},
    "training-cost": {"maxUsdPerJob": 1000},
    "content-filter-required": {"allowed": ["strict"]},
    "deployment-capacity": {"maxCapacity": 100},
    "on-delete-protects-production": {"keepJobs": True},
}
"""Every rule that is off by default has something to look at."""


def stack() -> list[dict[str, Any]]:
    strict: dict[str, Any] = {"account": HERE, "rai_policy_name": "strict", "tags": {"owner": "us"}}
    data = {"account": ACCOUNT, "path": "x", "examples": 100, "bytes": 1000, "sha256": "abc"}
    return [
        declared("file", "data", data),
        *trained("chat", **{"in": "box"}),
        deployed("first", **strict),
        deployed("second", NANO, source=AMERICA, **strict),
        deployed("base", "gpt-4.1-mini", sku="DataZoneStandard", **strict),
        deployed("look", LARGE, sku="DeveloperTier", **strict),
    ]


def whole(outcome: Outcome) -> Outcome:
    """No rule stopped on an error of its own, gave up on a value, or showed a traceback."""
    for words in ("error of its own", "can't run policy", "Traceback", "names a setting"):
        assert words not in outcome.text, outcome.text
    return outcome


def test_no_rule_trips_or_invents_anything_in_the_life_of_a_stack(
    tmp_path: Path, engine_path: str
) -> None:
    project = new_project(tmp_path, engine_path)
    settings = project.settings(STRICT)
    # Global processing is no place in the allowed geographies: the one finding that is right.
    expected = {("mandatory", "data-residency", "look")}

    def mandatory(outcome: Outcome) -> set[tuple[str, str, str]]:
        return {found for found in whole(outcome).findings if found[0] == "mandatory"}

    project.declare(*stack())
    assert mandatory(project.preview(*settings)) == expected  # nothing is known
    assert whole(project.up()).passed
    project.service_answers(timedelta(days=5), called=timedelta(hours=1))
    assert mandatory(project.preview(*settings)) == expected  # refreshed
    assert whole(project.pulumi("refresh", "--yes")).passed
    assert mandatory(project.preview(*settings)) == expected  # nothing changes
    plain = ("preview", "--policy-pack", str(PACK), *settings)
    assert mandatory(project.pulumi(*plain)) == expected  # not refreshed
    assert mandatory(project.preview("--target", "**first", *settings)) == expected
    assert mandatory(project.preview("--replace", "**second", *settings)) == expected
    project.service_answers(timedelta(days=5), unknown="Azure Monitor refused (403)")
    assert mandatory(project.preview(*settings)) == expected  # without access
    project.declare()
    assert mandatory(project.preview(*settings)) == set()  # everything is taken out
    assert whole(project.pulumi("destroy", "--yes")).passed
