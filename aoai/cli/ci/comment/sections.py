"""The sections about one stack, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.cli.ci.comment.costs import cost_section
from aoai.cli.ci.comment.data import data_section, findings_section
from aoai.cli.ci.comment.merge import merge_section
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.section import Section, within
from aoai.cli.ci.comment.training import training_section
from aoai.cli.ci.comment.verdict import decisions
from aoai.cli.ci.run_summary import Resource, RunSummary, StackSummary
from aoai.cli.markdown import block, code, details, plural, prose

_SIGNS = {"create": "+", "import": "+", "delete": "-", "update": "!", "replace": "!"}
_LINES = 60


def sections(summary: RunSummary, place: Place) -> list[Section]:
    """All sections, stack by stack."""
    stacks = [stack for stack in summary.stacks if stack.resources or stack.is_red]
    several = len(summary.stacks) > 1
    each = [[_titled(part, stack, several) for part in _of(stack, place)] for stack in stacks]
    return [part for parts in each for part in parts]


def _of(stack: StackSummary, place: Place) -> Iterator[Section]:
    made = (
        _decisions(stack),
        merge_section(stack),
        data_section(stack),
        findings_section(stack, place),
        _policies(stack),
        _warnings(stack),
        training_section(stack),
        cost_section(stack),
        _resources(stack),
    )
    yield from (section for section in made if section is not None)


def _titled(section: Section, stack: StackSummary, several: bool) -> Section:
    if not several:
        return section
    name = code(stack.name)
    heading, newline, rest = section.body.partition("\n")
    if heading.startswith("#### "):
        return Section(f"{name}: {section.title}", f"#### {name}: {heading[5:]}{newline}{rest}")
    # Markup does not work in a summary, so that the name is a line of its own.
    return Section(f"{name}: {section.title}", f"{name}\n\n{section.body}")


def _decisions(stack: StackSummary) -> Section | None:
    """What is to be decided beyond the first, which the head has."""
    found = decisions(stack)[1:]
    if not found:
        return None
    lines = [f"- {decision.headline}" for decision in found]
    stops = any(decision.stops for decision in found)
    shown, more = within(lines)
    body = "\n".join(
        [
            f"#### Also to {'put right' if stops else 'decide'}",
            "",
            *shown,
            *([f"\n{more}"] if more else []),
        ]
    )
    return Section("also to decide", body)


def _policies(stack: StackSummary) -> Section | None:
    found = stack.policies.violations
    if not found:
        return None
    lines = [
        f"- {'**mandatory**' if violation.mandatory else 'advisory'}: {code(violation.rule)}"
        f"{' ' + code(violation.resource) if violation.resource else ''}: "
        f"{prose(violation.message)}"
        for violation in found
    ]
    shown, more = within(lines)
    body = "\n".join([*shown, *([f"\n{more}"] if more else [])])
    return Section("policies", details(plural(len(found), "finding") + " of policies", body))


def _warnings(stack: StackSummary) -> Section | None:
    """What the program and the engine warn of, once each."""
    models = stack.review.models if stack.review else ()
    warnings = list(dict.fromkeys(_warning_lines(stack)))
    remarks = list(dict.fromkeys(prose(text) for model in models for text in model.remarks))
    if not warnings and not remarks:
        return None
    shown, more = within([f"- {line}" for line in (*warnings, *remarks)])
    body = "\n".join([*shown, *([f"\n{more}"] if more else [])])
    counted = ((warnings, "warning"), (remarks, "remark"))
    summary = ", ".join(plural(len(found), noun) for found, noun in counted if found)
    return Section("warnings and remarks", details(summary, body))


def _warning_lines(stack: StackSummary) -> Iterator[str]:
    """The engine's warnings, then the review's, without what another section lists."""
    listed = [finding.message for finding in stack.review.findings] if stack.review else []
    shown = set()
    for found in stack.diagnostics:
        if found.severity == "warning" and not any(text in found.message for text in listed):
            shown.add(found.message)
            yield (f"{code(found.resource)}: " if found.resource else "") + prose(found.message)
    review = stack.review.warnings if stack.review else ()
    models = stack.review.models if stack.review else ()
    for text in [*review, *(problem for model in models for problem in model.problems)]:
        if text not in shown:
            yield prose(text)


def _resources(stack: StackSummary) -> Section | None:
    if not stack.resources:
        return None
    lines = [_resource_line(found) for found in stack.resources]
    shown, more = within(lines, _LINES, "resources")
    unchanged = sum(stack.after.values()) - sum(
        found.operation in {"create", "update", "replace", "import"} for found in stack.resources
    )
    counted = [plural(len(lines), "resource"), *_counts(stack)]
    summary = f"Resources: {', '.join(counted)}, {max(unchanged, 0)} unchanged"
    body = block([*shown, *([more] if more else [])], "diff")
    return Section("resources", details(summary, body))


def _counts(stack: StackSummary) -> Sequence[str]:
    words = {"create": "created", "import": "imported", "update": "updated"}
    words |= {"replace": "replaced", "delete": "deleted"}
    counted = {o: sum(r.operation == o for r in stack.resources) for o in words}
    return [f"{count} {words[operation]}" for operation, count in counted.items() if count]


def _resource_line(found: Resource) -> str:
    changed = f": {', '.join(found.changed[:6])}" if found.changed else ""
    return f"{_SIGNS[found.operation]} {found.kind:<16} {found.name}  {found.operation}{changed}"
