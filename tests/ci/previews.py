"""The engine's previews in small: the two forms of JSON, as pulumi 3.220 prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

PREFIX = "urn:pulumi:prod::models::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::models-prod"
DYNAMIC = "aoai:index:FineTunedDeployment$pulumi-python:dynamic/aoai"


def urn(kind: str, name: str) -> str:
    return f"{PREFIX}{DYNAMIC}:{kind}::{name}"


def step(
    op: str,
    kind: str,
    name: str,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One step of the document; ``old`` and ``new`` are inputs, and outputs too."""
    states = {"oldState": old, "newState": new}
    found = {key: {"inputs": s, "outputs": s} for key, s in states.items() if s is not None}
    return {"op": op, "urn": urn(kind, name), **found}


def document(steps: Sequence[dict[str, Any]], diagnostics: Sequence[dict[str, Any]] = ()) -> str:
    whole = [{"op": "same", "urn": STACK}, *steps]
    return json.dumps({"steps": whole, "diagnostics": diagnostics, "changeSummary": {}}, indent=2)


def events(steps: Sequence[dict[str, Any]], *others: dict[str, Any], ended: bool = True) -> str:
    """The same as an event a line."""
    found: list[dict[str, Any]] = [{"policyLoadEvent": {}}, {"preludeEvent": {"config": {}}}]
    for one in [{"op": "same", "urn": STACK}, *steps]:
        metadata = {"op": one["op"], "urn": one["urn"]}
        metadata |= {"old": one.get("oldState"), "new": one.get("newState")}
        found.append({"resourcePreEvent": {"metadata": metadata}})
    found += others
    found += [{"summaryEvent": {"isPreview": True}}, {"cancelEvent": {}}] if ended else []
    return "".join(json.dumps({"sequence": n, **event}) + "\n" for n, event in enumerate(found))


def diagnostic(severity: str, message: str, about: str = "") -> dict[str, Any]:
    found = {"severity": severity, "message": message, "prefix": f"{severity}: "}
    return {"diagnosticEvent": {**found, **({"urn": about} if about else {})}}


def violation(policy: str, level: str, message: str, about: str) -> dict[str, Any]:
    found = {"policyName": policy, "enforcementLevel": level, "message": f"What it is.\n{message}"}
    return {"policyEvent": {**found, "resourceUrn": about, "severity": "medium"}}


def passed(*names: str) -> dict[str, Any]:
    return {"policyAnalyzeStackSummaryEvent": {"passed": list(names)}}


def retraining() -> list[dict[str, Any]]:
    """A model is trained again; one deployment is switched, one replaced, one keeps its name."""
    place = {"id": "/subscriptions/s/accounts/sweden"}
    metrics = {"train_loss": 0.4, "valid_loss": 0.5, "full_valid_loss": 0.6}
    checkpoints = [{"step_number": 90, "metrics": metrics}, {"step_number": 30, "metrics": {}}]
    model = {"job_id": "ftjob-1", "checkpoint": "final", "checkpoints": checkpoints}
    fixed = {"account": place, "deployment_name": "tutor", "sku": "Standard", "secret": "hunter2"}
    return [
        step("same", "TrainingFile", "tutor-validation", {"sha256": "a"}, {"sha256": "a"}),
        step("replace", "TrainingFile", "tutor-training", {"sha256": "a"}, {"sha256": "b"}),
        step("replace", "FineTuningJob", "tutor", {"n": 1, "__provider": "x"}, {"n": 2}),
        step("replace", "FineTunedModel", "tutor", model, {"job_id": None}),
        step("update", "ModelDeployment", "in-place", {"model": "m1"}, {"model": None}),
        step(
            "replace",
            "ModelDeployment",
            "beside",
            {"account": place, "deployment_name": "beside-1"},
            {"account": place, "deployment_name": "beside-2"},
        ),
        step("replace", "ModelDeployment", "gone-first", fixed, {**fixed, "sku": "Other"}),
    ]
