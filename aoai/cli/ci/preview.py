"""The engine's preview of a stack, in its two forms of JSON.

``pulumi preview --json`` prints one document, which holds no findings of policy packs; with
``PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true`` it prints an event a line, and all of them. The event
log (``--event-log``) has that second form too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aoai.cli.ci.preview_parts import (
    changing,
    counts,
    diagnostics,
    judged,
    trained_models,
)
from aoai.cli.ci.run_summary import Diagnostic, StackSummary
from aoai.errors import ConfigurationError

_STACK_TYPE = "pulumi:pulumi:Stack"
_PLANNED = {"same", "create", "update", "replace", "delete", "import", "read"}
"""Operations that show what becomes of a resource; the others are steps of these."""


@dataclass
class Collected:
    """What both forms hold, before it is put in order.

    Attributes:
        steps: the planned operation of each resource, by URN.
        diagnostics: in the engine's order.
        violations: events of policy packs.
        passed: names of the rules that passed, in parts.
        judged: whether a policy pack judged the whole stack, or found something.
        ended: whether the engine finished.
    """

    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    diagnostics: list[Mapping[str, Any]] = field(default_factory=list)
    violations: list[Mapping[str, Any]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    judged: bool = False
    ended: bool = False


def read_preview(text: str, source: str, stack: str) -> StackSummary:
    """What a preview found.

    Args:
        text: what the engine printed.
        source: the file's name, for the error.
        stack: the stack's name, for a preview that ended before it named one.

    Raises:
        ConfigurationError: the text is no preview at all.
    """
    collected = _collect(text, source)
    project, named = _names(collected)
    policies = judged(collected.judged, collected.violations, collected.passed)
    stopped = any(violation.mandatory for violation in policies.violations)
    found = diagnostics(collected.diagnostics, explained=stopped)
    if not collected.ended and not stopped and not any(d.severity == "error" for d in found):
        found.insert(0, Diagnostic(severity="error", message=_no_end(text)))
    before, after = counts(collected.steps.values())
    return StackSummary(
        stack=named or stack,
        project=project,
        resources=tuple(changing(collected.steps)),
        before=before,
        after=after,
        diagnostics=tuple(found),
        policies=policies,
        trained=tuple(trained_models(collected.steps.values())),
    )


def _no_end(text: str) -> str:
    what = "was interrupted" if text.strip() else "printed nothing"
    return f"the preview {what}: what it would change is not known; the log of the run has more"


def _collect(text: str, source: str) -> Collected:
    if not text.strip():
        return Collected()
    try:
        document: Any = json.loads(text)
    except ValueError:
        return _from_events(_events(text, source))
    if not isinstance(document, dict):
        raise _no_preview(source)
    if "sequence" in document:
        return _from_events([document])
    if not {"steps", "changeSummary", "diagnostics"} & document.keys():
        raise _no_preview(source)
    return _from_document(document)


def _no_preview(source: str) -> ConfigurationError:
    return ConfigurationError(
        f"{source} is not what `pulumi preview --json` prints; write its standard output, and "
        "nothing else, to the file."
    )


def _from_document(document: Mapping[str, Any]) -> Collected:
    collected = Collected(ended="changeSummary" in document)
    for step in document.get("steps") or ():
        if step.get("op") in _PLANNED:
            collected.steps[step["urn"]] = step
    collected.diagnostics = list(document.get("diagnostics") or ())
    return collected


def _events(text: str, source: str) -> Iterator[Mapping[str, Any]]:
    """The events; what a killed engine wrote of its last one is left out."""
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        try:
            event: Any = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and "sequence" in event:
            yield event
        elif number == 0:
            raise _no_preview(source)


def _from_events(events: Iterator[Mapping[str, Any]] | list[Any]) -> Collected:
    collected = Collected()
    for event in events:
        if metadata := (event.get("resourcePreEvent") or {}).get("metadata"):
            if metadata.get("op") in _PLANNED:
                collected.steps[metadata["urn"]] = _as_step(metadata)
        elif found := event.get("diagnosticEvent"):
            collected.diagnostics.append(found)
        elif found := event.get("policyEvent"):
            collected.violations.append(found)
            collected.judged = True
        elif "summaryEvent" in event:
            collected.ended = True
        # A program that fails is judged in part only: this event follows a whole one.
        collected.judged |= "policyAnalyzeStackSummaryEvent" in event
        for name in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
            collected.passed += (event.get(name) or {}).get("passed") or ()
    return collected


def _as_step(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event's metadata with the names that the document uses."""
    return {
        "op": metadata["op"],
        "urn": metadata["urn"],
        "oldState": metadata.get("old"),
        "newState": metadata.get("new"),
        "replaceReasons": metadata.get("keys"),
        "diffReasons": metadata.get("diffs"),
    }


def _names(collected: Collected) -> tuple[str, str]:
    """Project and stack, of a URN: ``urn:pulumi:STACK::PROJECT::TYPE::NAME``."""
    urns = [*collected.steps, *(str(d.get("urn") or "") for d in collected.diagnostics)]
    for urn in urns:
        head, _, rest = urn.partition("::")
        if head.startswith("urn:pulumi:") and rest:
            return rest.partition("::")[0], head.removeprefix("urn:pulumi:")
    return "", ""
