"""The examples of the policy pages: for each rule a program that breaks it and its corrected twin.

They are files beside the pages. Here they become facts, as a preview of them shows them; the tests
run the same files on the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aoai_policies.facts import (
    DEPLOYMENT_TYPE,
    FILE_TYPE,
    JOB_TYPE,
    MODEL_TYPE,
    Resource,
    stack_of,
)
from aoai_policies.finding import Finding
from aoai_policies.rule import Rule, evaluate
from aoai_policies.values import UNKNOWN

DIRECTORY = Path(__file__).resolve().parent.parent / "docs" / "policies" / "examples"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
"""The day on which the pages show the examples; tests on the engine run them today."""

_TYPES = {"file": FILE_TYPE, "job": JOB_TYPE, "model": MODEL_TYPE, "deployment": DEPLOYMENT_TYPE}


@dataclass(frozen=True)
class Service:
    """What a refresh reads of each deployment.

    Attributes:
        idle_days: how long ago it was made.
        called_days: how long ago it was called; None if it never was.
        removed: whether Azure has removed it.
    """

    idle_days: float
    called_days: float | None = None
    removed: bool = False

    def outputs(self, now: datetime) -> dict[str, Any]:
        """The outputs of a deployment."""
        last = None if self.called_days is None else _ago(now, self.called_days)
        used = min(self.idle_days, self.idle_days if last is None else self.called_days or 0)
        return {
            "deployment_id": "id",
            "created_at": _ago(now, self.idle_days),
            "activity": {
                "calls": 0 if last is None else 1,
                "last_inference_at": last,
                "deleted_on": _ago(now, used - 15),
                "observed_at": _ago(now, 0),
            },
            "removed_for_inactivity": self.removed,
        }


@dataclass(frozen=True)
class Program:
    """Resources, and what the service has of them; nothing is made yet where that is None."""

    resources: list[dict[str, Any]]
    service: Service | None = None


@dataclass(frozen=True)
class Example:
    """A rule's example."""

    violates: Program
    corrected: Program
    config: dict[str, Any] = field(default_factory=dict)


def example(rule: str) -> Example:
    """The example of a rule, by its name."""
    given = json.loads((DIRECTORY / f"{rule}.json").read_text(encoding="utf-8"))
    service = _service(given.get("service"))
    return Example(
        violates=Program(given["violates"], service),
        corrected=Program(given["corrected"], _service(given.get("corrected_service")) or service),
        config=given.get("config", {}),
    )


def _service(given: Mapping[str, Any] | None) -> Service | None:
    return None if given is None else Service(**given)


def findings(rule: Rule, program: Program, config: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What a rule finds in a program."""
    return evaluate(rule, lambda: stack_of(resources(program)), config, NOW)


def resources(program: Program) -> Iterator[Resource]:
    """The resources of a program as a preview shows them."""
    urns = {
        entry["name"]: f"urn:pulumi:prod::aoai::{_TYPES[entry['kind']]}::{entry['name']}"
        for entry in program.resources
    }
    for entry in program.resources:
        outputs: dict[str, Any] = {}
        if program.service and entry["kind"] == "deployment":
            outputs = program.service.outputs(NOW)
        sources = {key: _source(value) for key, value in entry["props"].items()}
        yield Resource(
            type=_TYPES[entry["kind"]],
            urn=urns[entry["name"]],
            name=entry["name"],
            properties={
                **{key: UNKNOWN if sources[key] else v for key, v in entry["props"].items()},
                **outputs,
            },
            depends_on={key: frozenset({urns[s]}) for key, s in sources.items() if s},
        )


def _source(value: object) -> str | None:
    """The resource that a property's value comes from."""
    if isinstance(value, dict) and set(value) == {"from"}:
        return str(value["from"]).partition(".")[0]
    return None


def _ago(now: datetime, days: float) -> str:
    return (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
