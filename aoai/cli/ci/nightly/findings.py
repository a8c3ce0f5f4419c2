"""What the nightly run found, from its previews and from policy checks of accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aoai.cli.ci.inputs import read_file
from aoai.cli.ci.run_summary import RunSummary, StackSummary
from aoai.errors import ConfigurationError

_WORDS = {
    "create": "is declared, and not there",
    "delete": "is there, and no longer declared",
    "update": "differs from what is declared",
    "replace": "differs from what is declared, and would be made anew",
    "import": "is not in the state yet",
}
_NOTHING = "`aoai policy check` printed nothing: the log of the run has the reason"


class PolicyFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of ``aoai policy check --format json``."""

    rule: str
    level: str
    message: str
    name: str = ""
    severity: str = ""
    remediation: str = ""


class PolicyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``aoai policy check --format json`` printed."""

    findings: tuple[PolicyFinding, ...]
    rules: int


@dataclass(frozen=True)
class Finding:
    """One thing that somebody has to look into.

    Attributes:
        where: the stack, or the name of a policy check's file.
        rule: the policy's rule, ``drift`` or ``preview``.
        about: the resource; empty for the whole stack.
        text: what is wrong, and what to do.
        urgent: whether it is broken already, not only soon.
    """

    where: str
    rule: str
    about: str
    text: str
    urgent: bool

    @property
    def key(self) -> str:
        """Identifies the finding from run to run, also when numbers in its text change."""
        named = f"{self.where}\n{self.rule}\n{self.about}"
        return hashlib.sha256(named.encode()).hexdigest()[:8]


def findings(summary: RunSummary, policies: Sequence[Path]) -> list[Finding]:
    """All findings, urgent ones first, each rule of a resource once.

    Args:
        summary: of previews that should change nothing.
        policies: files with the output of ``aoai policy check --format json``.

    Raises:
        ConfigurationError: a file cannot be read.
    """
    found = [finding for stack in summary.stacks for finding in _of(stack)]
    found += [finding for path in policies for finding in _checked(path)]
    by_key = {finding.key: finding for finding in reversed(found)}
    return sorted(by_key.values(), key=lambda f: (not f.urgent, f.where, f.rule, f.about))


def _of(stack: StackSummary) -> Iterator[Finding]:
    for error in stack.errors:
        yield Finding(stack.name, "preview", error.resource, error.message, True)
    for resource in stack.resources:
        changed = f": {', '.join(resource.changed)}" if resource.changed else ""
        about = f"{resource.kind} {resource.name}"
        yield Finding(stack.name, "drift", about, f"{_WORDS[resource.operation]}{changed}", False)
    for violation in stack.policies.violations:
        about, text = violation.resource, violation.message
        yield Finding(stack.name, violation.rule, about, text, violation.mandatory)


def _checked(path: Path) -> Iterator[Finding]:
    where = path.name.partition(".")[0]
    text = read_file(path) if path.exists() else ""
    if not text.strip():
        yield Finding(where, "policy-check", "", _NOTHING, True)
        return
    try:
        report = msgspec.json.decode(text, type=PolicyReport)
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{path} is not what `aoai policy check --format json` prints: {error}"
        ) from None
    for found in report.findings:
        whole = f"{found.message} {found.remediation}".strip()
        yield Finding(where, found.rule, found.name, whole, found.level == "mandatory")
