"""Everything that is said about one file: its report, its tokens, what its training costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from aoai.dataset.catalogue import CATALOGUE
from aoai.dataset.cost import TrainingCost
from aoai.dataset.decode.source import UNREADABLE_FILE
from aoai.dataset.finding import Finding, Severity, printable
from aoai.dataset.report import Report
from aoai.dataset.tokens.counting import TokenCount


@dataclass(frozen=True, slots=True)
class Result:
    """One file's result, as it is printed.

    Attributes:
        path: the file.
        report: None if the file could not be read.
        findings: those of the report and of comparisons with other files; errors first.
        counts: findings by code, complete also where the list is cut.
        tokens: of the file, once through.
        cost: of a training on it; None if it is no training file or the model is not known.
    """

    path: Path
    report: Report | None
    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    tokens: TokenCount | None = None
    cost: TrainingCost | None = None

    def number(self, severity: Severity) -> int:
        """Findings of this severity, listed or not."""
        return sum(n for code, n in self.counts.items() if CATALOGUE[code].severity is severity)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of this severity that are listed."""
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def with_findings(self, findings: tuple[Finding, ...]) -> Result:
        """The same result with more findings."""
        counts = Counter(self.counts) + Counter(finding.code for finding in findings)
        merged = sorted((*self.findings, *findings), key=lambda f: (f.severity, f.line))
        return replace(self, findings=tuple(merged), counts=dict(counts))


def result_of(report: Report) -> Result:
    """The result of a file that was read."""
    return Result(report.path, report, (*report.errors, *report.warnings), report.counts)


def unreadable(path: Path, message: str) -> Result:
    """The result of a file that could not be read."""
    name = printable(path)
    text = message.removeprefix(f"{name}: ")
    finding = Finding(name, 0, "", UNREADABLE_FILE.code, UNREADABLE_FILE.severity, text)
    return Result(path, None, (finding,), {finding.code: 1})
