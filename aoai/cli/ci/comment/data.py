"""Why models are trained again, what changed in their data, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.section import ROWS, Section
from aoai.cli.ci.review import DataChange, DataFinding
from aoai.cli.ci.run_summary import StackSummary
from aoai.cli.markdown import code, details, link, plural, prose, table

_HEADINGS = ("file", "examples", "kept", "added", "changed", "removed")


def data_section(stack: StackSummary) -> Section | None:
    """The reasons, and a row for each file that changed."""
    reasons = _reasons(stack)
    if not reasons:
        return None
    parts = ["#### Why it retrains", "\n".join(f"- {reason}" for reason in reasons[:ROWS])]
    changes = _changes(stack)
    if changes:
        rows = [_row(change) for change in changes[:ROWS]]
        parts.append(table(_HEADINGS, rows, "lrrrrr"))
        if any(change.exact is False for change in changes):
            parts.append("Counts with ~ are estimated from a sample of the file.")
    return Section("why it retrains", "\n\n".join(parts))


def _reasons(stack: StackSummary) -> list[str]:
    """A sentence for each set of reasons, with the models that it is true of."""
    reviewed = {model.key: model for model in stack.review.models} if stack.review else {}
    grouped: dict[tuple[str, ...], list[str]] = {}
    for job in stack.of_kind("FineTuningJob", "replace"):
        model = reviewed.get(job.name)
        why = model.why if model and model.why else job.changed
        grouped.setdefault(tuple(why), []).append(job.name)
    return [
        f"{', '.join(code(name) for name in names[:10])}: "
        f"{', '.join(code(setting) for setting in why[:10]) or 'an input'} changed"
        for why, names in grouped.items()
    ]


def _changes(stack: StackSummary) -> list[DataChange]:
    """The files that are not as they were, each once."""
    models = stack.review.models if stack.review else ()
    found = dict.fromkeys(
        change
        for model in models
        if model.change in {"retrained", "unknown"}
        for change in model.data.values()
    )
    return [change for change in found if change.added is None or _differs(change)]


def _differs(change: DataChange) -> bool:
    before, after = change.examples.before, change.examples.after
    return before != after or any((change.added, change.changed, change.removed))


def _row(change: DataChange) -> Sequence[str]:
    about = "~" if change.exact is False else ""
    counts = (change.kept, change.added, change.changed, change.removed)
    cells = ["?" if count is None else f"{about}{count:,}" for count in counts]
    before, after = _count(change.examples.before), _count(change.examples.after)
    return (code(change.path), f"{before} → {after}", *cells)


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def findings_section(stack: StackSummary, place: Place) -> Section | None:
    """What is wrong in the data, errors first; None if nothing is."""
    found = stack.review.findings if stack.review else []
    if not found:
        return None
    errors = sum(1 + f.more for f in found if f.severity == "error")
    warnings = sum(1 + f.more for f in found) - errors
    rows = [_finding(finding, place) for finding in found[:ROWS]]
    body = table(("", "where", "finding"), rows, "lll")
    hidden = len(found) - len(rows)
    files = " ".join(code(name) for name in _files(found))
    body += f"\n\n… and {hidden:,} more; `aoai validate` lists all of {files}." if hidden else ""
    total = plural(errors + warnings, "finding")
    counted = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
    return Section("findings in the data", details(f"{total} in the data ({counted})", body))


def _files(found: Sequence[DataFinding]) -> Iterator[str]:
    yield from list(dict.fromkeys(finding.file for finding in found))[:3]


def _finding(finding: DataFinding, place: Place) -> Sequence[str]:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    more = f" (and {finding.more:,} more like it)" if finding.more else ""
    severity = "**error**" if finding.severity == "error" else "warning"
    url = place.file_link(finding.file, finding.line or 0)
    return severity, link(code(where), url), f"{prose(finding.message)}{more}"
