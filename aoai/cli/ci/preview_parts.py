"""Parts of a preview in the form that the texts are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aoai.cli.ci.run_summary import (
    Diagnostic,
    Policies,
    Resource,
    TrainedModel,
    TrainingPoint,
    Violation,
)

_CHANGES = {"create", "update", "replace", "delete", "import"}
_BEFORE = {"same", "update", "replace", "delete"}
_AFTER = {"same", "update", "replace", "create", "import"}
_ENGINES_OWN = "pulumi:"
"""Types of stacks and of default providers, which nobody declares."""
_SUFFIXES = ("-before-create", "-warning")
"""Suffixes of policy names in our pack: one rule is up to three policies."""
_NO_CAUSE = ("an unhandled error occurred: program exited", "preview failed")
"""Beginnings of errors that name no cause: another error, or a broken policy, is the cause."""

_UNKNOWN_CAUSE = (
    "its JSON does not say why: the log of the run does. A policy may be broken, which only "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true puts into the JSON"
)

Step = Mapping[str, Any]


def changing(steps: Mapping[str, Step]) -> Iterator[Resource]:
    """The resources that would change, without those that only hold others together."""
    for urn, step in steps.items():
        type_, name = type_and_name(urn)
        if step["op"] in _CHANGES and not type_.startswith(_ENGINES_OWN):
            changed = step.get("diffReasons") or step.get("replaceReasons") or ()
            yield Resource(
                operation=step["op"],
                type=type_,
                name=name,
                changed=tuple(changed) or tuple(_different_inputs(step)),
                gap=_gap(type_, step),
            )


def type_and_name(urn: str) -> tuple[str, str]:
    """Type and name of a URN ``urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME``."""
    parts = urn.split("::", 3)
    if len(parts) < 4:  # noqa: PLR2004 - the parts of a URN
        return "", urn
    return parts[2].rpartition("$")[2], parts[3]


def _inputs(step: Step, state: str) -> Mapping[str, Any]:
    found = (step.get(state) or {}).get("inputs")
    return found if isinstance(found, Mapping) else {}


def _different_inputs(step: Step) -> Iterator[str]:
    """Names of the inputs that an update or a replacement changes."""
    if step["op"] not in {"update", "replace"}:
        return
    old, new = _inputs(step, "oldState"), _inputs(step, "newState")
    for name in sorted(old.keys() | new.keys()):
        if not name.startswith("__") and old.get(name) != new.get(name):
            yield name


def _gap(type_: str, step: Step) -> bool:
    """Whether a deployment is made again under the name that it has."""
    if step["op"] != "replace" or not type_.endswith(":ModelDeployment"):
        return False
    old, new = _inputs(step, "oldState"), _inputs(step, "newState")
    same_place = (old.get("account") or {}).get("id") == (new.get("account") or {}).get("id")
    return same_place and old.get("deployment_name") == new.get("deployment_name")


def counts(steps: Iterable[Step]) -> tuple[dict[str, int], dict[str, int]]:
    """How many resources of each kind there are, and would be."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for step in steps:
        type_ = type_and_name(step["urn"])[0]
        if type_.startswith(_ENGINES_OWN):
            continue
        kind = type_.rpartition(":")[2]
        before[kind] += step["op"] in _BEFORE
        after[kind] += step["op"] in _AFTER
    return dict(+before), dict(+after)


def diagnostics(found: Iterable[Mapping[str, Any]], *, explained: bool) -> list[Diagnostic]:
    """Errors and warnings, each once, errors first.

    Args:
        found: as the engine has them.
        explained: whether a broken policy is the cause; an error that names none is then left out.
    """
    listed = [
        Diagnostic(
            severity=entry["severity"],
            message=str(entry.get("message", "")).removeprefix("error: ").strip(),
            resource=type_and_name(entry["urn"])[1] if entry.get("urn") else "",
        )
        for entry in found
        if entry.get("severity") in {"error", "warning"}
    ]
    causes = [entry for entry in listed if not entry.message.startswith(_NO_CAUSE)]
    if len(causes) < len(listed) and not explained and not any(map(_is_error, causes)):
        causes.append(Diagnostic(severity="error", message=_UNKNOWN_CAUSE))
    return sorted(dict.fromkeys(causes), key=lambda entry: not _is_error(entry))


def _is_error(entry: Diagnostic) -> bool:
    return entry.severity == "error"


def judged(ran: bool, events: Iterable[Mapping[str, Any]], passed: Iterable[str]) -> Policies:
    """What the policy packs judged; a rule passes only if all of its policies do."""
    violations = dict.fromkeys(_violation(event) for event in events)
    broken = {found.rule for found in violations}
    return Policies(
        judged=ran,
        passed=tuple(sorted({_rule(name) for name in passed} - broken)),
        violations=tuple(sorted(violations, key=lambda found: not found.mandatory)),
    )


def _violation(event: Mapping[str, Any]) -> Violation:
    # The engine puts the policy's description before the message, on a line of its own.
    message = str(event.get("message", "")).strip()
    description, newline, rest = message.partition("\n")
    urn = event.get("resourceUrn") or ""
    type_, name = type_and_name(urn) if urn else ("", "")
    return Violation(
        rule=_rule(str(event.get("policyName", ""))),
        mandatory=event.get("enforcementLevel") == "mandatory",
        severity=str(event.get("severity") or ""),
        resource="" if type_ == "pulumi:pulumi:Stack" else name,
        message=rest if newline else description,
    )


def _rule(policy: str) -> str:
    for suffix in _SUFFIXES:
        policy = policy.removesuffix(suffix)
    return policy


def trained_models(steps: Iterable[Step]) -> Iterator[TrainedModel]:
    """The models that the state holds, with the losses at their checkpoints."""
    for step in steps:
        type_, name = type_and_name(step["urn"])
        outputs = (step.get("oldState") or {}).get("outputs")
        if type_.endswith(":FineTunedModel") and isinstance(outputs, Mapping):
            points = map(_point, outputs.get("checkpoints") or ())
            yield TrainedModel(
                name=name,
                model=str(outputs.get("fine_tuned_model") or ""),
                checkpoint=str(outputs.get("checkpoint") or ""),
                points=tuple(sorted(points, key=lambda point: point.step)),
            )


def _point(checkpoint: Mapping[str, Any]) -> TrainingPoint:
    metrics = checkpoint.get("metrics") or {}
    full = metrics.get("full_valid_loss")
    return TrainingPoint(
        step=int(checkpoint.get("step_number") or 0),
        training_loss=_number(metrics.get("train_loss")),
        validation_loss=_number(metrics.get("valid_loss") if full is None else full),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
