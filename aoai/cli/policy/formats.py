"""The findings of ``aoai policy check`` in the formats that people and pipelines read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from aoai_policies.checking import Violation
from aoai_policies.rules import RULES

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {"mandatory": "error", "advisory": "warning"}
Violations = Sequence[Violation]


def render(form: str, violations: Violations, source: Path, version: str) -> str:
    """The findings as text.

    Args:
        form: one of the formats of the command.
        violations: the findings.
        source: the file that was checked, for formats that name one.
        version: of the policy pack.
    """
    if form == "sarif":
        return as_sarif(violations, source, version)
    return _FORMATS[form](violations)


def as_text(violations: Violations) -> str:
    """For a terminal: a paragraph for each finding, mandatory ones first, and a sum."""
    parts = []
    for found in _sorted(violations):
        message = found.finding.message.replace("\n", "\n    ")
        place = f" ({found.name})" if found.name else ""
        parts.append(f"[{found.level}] {found.rule.name}{place}\n    {message}")
    return "\n\n".join([*parts, _sum(violations)])


def as_json(violations: Violations) -> str:
    """For programs."""
    rows = [
        {
            "rule": found.rule.name,
            "level": found.level,
            "severity": found.rule.severity,
            "urn": found.finding.subject,
            "name": found.name,
            "message": found.finding.message,
            "remediation": found.rule.remediation,
            "page": found.rule.page,
        }
        for found in violations
    ]
    return json.dumps({"findings": rows, **_counts(violations)}, indent=2, ensure_ascii=False)


def as_github(violations: Violations) -> str:
    """Commands of GitHub Actions: annotations of the run."""
    lines = []
    for found in _sorted(violations):
        kind = _SARIF_LEVELS[found.level]
        title = _escaped(f"{found.rule.name}: {found.name}" if found.name else found.rule.name)
        title = title.replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::{kind} title={title}::{_escaped(found.finding.message)}")
    return "\n".join([*lines, _sum(violations)])


def as_markdown(violations: Violations) -> str:
    """A table, for a job's summary or a comment on a pull request."""
    head = ["| level | rule | resource | finding |", "|---|---|---|---|"]
    rows = [
        f"| {found.level} | `{found.rule.name}` | {_cell(found.name)} | "
        f"{_cell(found.finding.message)} |"
        for found in _sorted(violations)
    ]
    return "\n".join([*([*head, *rows, ""] if rows else []), _sum(violations)])


def as_junit(violations: Violations) -> str:
    """JUnit XML: a test case for each rule, and one for each further resource that breaks it."""
    suite = ElementTree.Element("testsuite", name="aoai policy check")
    failures = 0
    for rule in RULES:
        found = [violation for violation in violations if violation.rule.name == rule.name]
        if not found:
            ElementTree.SubElement(suite, "testcase", classname=rule.name, name=rule.name)
        for violation in found:
            name = violation.name or rule.name
            case = ElementTree.SubElement(suite, "testcase", classname=rule.name, name=name)
            if violation.level == "mandatory":
                failures += 1
                failure = ElementTree.SubElement(case, "failure", message=rule.description)
                failure.text = violation.finding.message
            else:
                ElementTree.SubElement(case, "system-out").text = violation.finding.message
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def as_sarif(violations: Violations, source: Path, version: str) -> str:
    """SARIF 2.1.0, for code scanning; a finding is at its resource's URN in the export."""
    driver = {
        "name": "aoai policy check",
        "version": version,
        "rules": [
            {
                "id": rule.name,
                "name": "".join(part.title() for part in rule.name.split("-")),
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.description},
                "help": {"text": f"{rule.remediation} See {rule.page}."},
                "defaultConfiguration": {"level": _SARIF_LEVELS[rule.enforcement]},
                "properties": {"severity": rule.severity, "framework": rule.framework.name},
            }
            for rule in RULES
        ],
    }
    run = {"tool": {"driver": driver}, "results": [_result(v, source) for v in violations]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(found: Violation, source: Path) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": source.name},
            "region": {"startLine": 1},
        }
    }
    if found.finding.subject:
        location["logicalLocations"] = [
            {"name": found.name, "fullyQualifiedName": found.finding.subject, "kind": "resource"}
        ]
    return {
        "ruleId": found.rule.name,
        "level": _SARIF_LEVELS[found.level],
        "message": {"text": found.finding.message},
        "locations": [location],
        "partialFingerprints": {"ruleAndUrn": f"{found.rule.name}:{found.finding.subject}"},
    }


def _sorted(violations: Violations) -> list[Violation]:
    return sorted(violations, key=lambda found: found.level != "mandatory")


def _counts(violations: Violations) -> dict[str, int]:
    failed = sum(found.level == "mandatory" for found in violations)
    return {"mandatory": failed, "advisory": len(violations) - failed, "rules": len(RULES)}


def _sum(violations: Violations) -> str:
    counts = _counts(violations)
    return "{rules} rules: {mandatory} mandatory findings, {advisory} warnings".format(**counts)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", "<br>")


_FORMATS: Mapping[str, Callable[[Violations], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "markdown": as_markdown,
    "junit": as_junit,
}
FORMATS = (*_FORMATS, "sarif")
"""Names of the formats."""
