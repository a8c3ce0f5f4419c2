"""Results as SARIF 2.1.0, which code scanning and editors read (OASIS standard)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from aoai.dataset.catalogue import CATALOGUE
from aoai.dataset.finding import Finding, Severity
from aoai.dataset.judgement import FileJudgement

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MEANING = {
    Severity.ERROR: "the service refuses it",
    Severity.WARNING: "the service takes it, and the model suffers",
}


def as_sarif(results: Sequence[FileJudgement]) -> str:
    """One run, with a rule for each kind of finding that there is."""
    pairs = [(result.path, finding) for result in results for finding in result.findings]
    codes = sorted({finding.code for _, finding in pairs})
    driver = {"name": "aoai validate", "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(path, finding, codes) for path, finding in pairs],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, object]:
    kind = CATALOGUE[code]
    severity, text = kind.severity, kind.text
    # GitHub's page "SARIF support for code scanning" requires the three texts.
    return {
        "id": code,
        "shortDescription": {"text": f"{text[0].upper()}{text[1:]}."},
        "fullDescription": {"text": f"{text[0].upper()}{text[1:]}: {_MEANING[severity]}."},
        "help": {"text": f"Source: {kind.source}. Each result has what to write instead."},
        "defaultConfiguration": {"level": str(severity)},
    }


def _result(path: Path, finding: Finding, codes: list[str]) -> dict[str, object]:
    # GitHub requires a line, also for a finding of the whole file.
    region = {"startLine": finding.line or 1}
    location = {"artifactLocation": {"uri": _uri(path)}, "region": region}
    place: dict[str, object] = {"physicalLocation": location}
    if finding.path:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": str(finding.severity),
        "message": {"text": _message(finding)},
        "locations": [place],
    }


def _message(finding: Finding) -> str:
    more = f" (and {finding.more:,} more like it)" if finding.more else ""
    return f"{finding.message}{more}"


def _uri(path: Path) -> str:
    """Relative where the path is, so that a viewer finds the file in its own checkout."""
    if path.is_absolute():
        return f"file://{quote(path.as_posix(), errors='surrogateescape')}"
    return quote(path.as_posix(), errors="surrogateescape")
