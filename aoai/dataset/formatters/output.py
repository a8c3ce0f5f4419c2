"""Results as text for people, as JSON, and as annotations for GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from aoai.dataset.catalogue import CATALOGUE
from aoai.dataset.finding import Finding, Severity, printable
from aoai.dataset.judgement import FileJudgement
from aoai.dataset.report import Report

_SHOWN = 20  # findings of each severity that the text lists


def as_text(results: Sequence[FileJudgement]) -> str:
    """For people: what each file is, its findings by kind, then the first of them."""
    lines = [line for result in results for line in _text(result)]
    return "\n".join([*lines, _total(results)])


def as_json(results: Sequence[FileJudgement]) -> str:
    """For programs: the shape is documented in docs/data.md."""
    return json.dumps({"files": [_json(result) for result in results]}, indent=2)


def as_github(results: Sequence[FileJudgement]) -> str:
    """Workflow commands, which GitHub Actions shows at the line in the pull request.

    It shows ten errors and ten warnings of a step there, and in the log of the step nothing but
    the message of each: so the message names the place too, and the total is printed at the end.
    """
    findings = (finding for result in results for finding in result.findings)
    return "\n".join([*map(_command, findings), _total(results)])


def _total(results: Sequence[FileJudgement]) -> str:
    errors = sum(result.number(Severity.ERROR) for result in results)
    warnings = sum(result.number(Severity.WARNING) for result in results)
    total = (_plural(len(results), "file"), _plural(errors, "error"), _plural(warnings, "warning"))
    return f"{', '.join(total)}."


def _text(result: FileJudgement) -> Iterator[str]:
    yield f"{printable(result.path)}: {_facts(result)}"
    for severity in Severity:
        kinds = {c: n for c, n in result.counts.items() if CATALOGUE[c].severity is severity}
        for code, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {count:>7,} {severity:7}  {code}: {CATALOGUE[code].text}"
    for severity in Severity:
        listed = result.of(severity)[:_SHOWN]
        yield from (f"  {severity}: {finding}" for finding in listed)
        more = result.number(severity) - sum(1 + finding.more for finding in listed)
        if more > 0:
            hint = "; --format json lists up to 100 of each" if len(listed) == _SHOWN else ""
            yield f"  ... and {_plural(more, f'more {severity}')}{hint}."
    yield ""


def _facts(result: FileJudgement) -> str:
    report = result.report
    if report is None:
        return "not read"
    facts = [report.format or "no format", _plural(report.examples, "example")]
    facts.append(f"{report.bytes:,} bytes")
    if report.images:
        facts.append(_plural(report.images, "image"))
    facts += _money(result)
    return ", ".join([*facts, f"sha256 {report.sha256[:12]}"])


def _money(result: FileJudgement) -> Iterator[str]:
    tokens, cost = result.tokens, result.cost
    if tokens is not None:
        error = f" ± {tokens.error:,}" if tokens.error else ""
        about = "about " if tokens.how == "estimate" else ""
        images = " without images" if result.report and result.report.images else ""
        yield f"{about}{tokens.total:,}{error} tokens{images}"
    if cost is not None:
        most = f" to {cost.most:,.2f}" if cost.most > cost.total else ""
        yield f"about {cost.total:,.2f}{most} USD for {_plural(cost.epochs, 'epoch')}"


def _json(result: FileJudgement) -> dict[str, object]:
    return {
        # A name that is not in the locale's encoding has bytes that no JSON can hold.
        "path": str(result.path).encode(errors="backslashreplace").decode(),
        **_report_json(result.report),
        "tokens": _tokens_json(result),
        "cost": _cost_json(result),
        "errors": [_finding_json(finding) for finding in result.of(Severity.ERROR)],
        "warnings": [_finding_json(finding) for finding in result.of(Severity.WARNING)],
        "counts": dict(sorted(result.counts.items())),
    }


def _report_json(report: Report | None) -> dict[str, object]:
    if report is None:
        return dict.fromkeys(("format", "examples", "bytes", "sha256", "bom", "images"))
    return {
        "format": report.format or None,
        "examples": report.examples,
        "bytes": report.bytes,
        "sha256": report.sha256,
        "bom": report.bom,
        "images": report.images,
    }


def _tokens_json(result: FileJudgement) -> dict[str, object] | None:
    tokens = result.tokens
    if tokens is None:
        return None
    return {
        "count": tokens.total,
        "how": tokens.how,
        "error": tokens.error,
        "tokenizer": tokens.tokenizer or None,
    }


def _cost_json(result: FileJudgement) -> dict[str, object] | None:
    cost = result.cost
    if cost is None:
        return None
    return {
        "usd": round(cost.total, 4),
        "usd_most": round(cost.most, 4),
        "epochs": cost.epochs,
        "tokens": cost.tokens,
        "usd_per_million_tokens": round(cost.price, 4),
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "line": finding.line or None,
        "path": finding.path or None,
        "message": finding.message,
        "more": finding.more,
    }


def _command(finding: Finding) -> str:
    place = f",line={finding.line}" if finding.line else ""
    file = _escape(finding.file).replace(":", "%3A").replace(",", "%2C")
    return f"::{finding.severity} file={file}{place},title={finding.code}::{_escape(str(finding))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
