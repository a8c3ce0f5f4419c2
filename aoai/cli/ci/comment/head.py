"""The head of the comment: a sentence, one table, one decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.catalog.money import HOURS_A_MONTH
from aoai.cli.ci.comment.money import signed, usd
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.section import within
from aoai.cli.ci.comment.verdict import (
    COLOURS,
    Decision,
    decisions,
    gaps,
    stack_state,
    state,
)
from aoai.cli.ci.run_summary import RunSummary, StackSummary
from aoai.cli.markdown import code, plural, prose, table

_STACKS = 40  # rows of the table


def head(summary: RunSummary, place: Place) -> str:
    """Headline, table, and the first decision."""
    parts = [f"### {COLOURS[state(summary)]} {headline(summary)}", _table(summary)]
    first = next(((s, d) for s in _worst_first(summary) for d in decisions(s)), None)
    if first is not None:
        parts.append(_decision(*first, place, one=len(summary.stacks) == 1))
    return "\n\n".join(part for part in parts if part)


def headline(summary: RunSummary) -> str:
    """One sentence: which stack, what happens, how much there is to decide."""
    stacks = summary.stacks
    changing = [stack for stack in stacks if stack.resources or stack.is_red]
    if len(stacks) == 1:
        subject = prose(stacks[0].name, 120)
    else:
        subject = f"{len(changing)} of {plural(len(stacks), 'stack')}"
    return f"{subject}: {', '.join(_happening(changing)) or 'nothing changes'}"


def _happening(stacks: Sequence[StackSummary]) -> Iterator[str]:
    if failed := sum(bool(stack.errors) for stack in stacks):
        yield (
            "**the preview failed**"
            if len(stacks) == 1
            else f"**{plural(failed, 'preview')} failed**"
        )
    again = sum(len(s.of_kind("FineTuningJob", "replace")) for s in stacks)
    new = sum(len(s.of_kind("FineTuningJob", "create")) for s in stacks)
    if again:
        yield f"{plural(again, 'model')} {'retrains' if again == 1 else 'retrain'}"
    if new:
        yield f"{plural(new, 'new model')}"
    deployments = sum(len(s.of_kind("ModelDeployment")) for s in stacks)
    if deployments:
        verb = "follow" if again or new else "change"
        yield f"{plural(deployments, 'deployment')} {verb}{'s' if deployments == 1 else ''}"
    others = sum(len(s.resources) for s in stacks)
    if others and not (again or new or deployments):
        yield f"{plural(others, 'resource')} {'changes' if others == 1 else 'change'}"
    found = [decision for stack in stacks for decision in decisions(stack)]
    if stops := sum(decision.stops for decision in found):
        yield f"**{plural(stops, 'thing')} to put right**"
    elif found:
        yield f"**{plural(len(found), 'thing')} to decide**"


def _table(summary: RunSummary) -> str:
    if len(summary.stacks) > 1:
        return _many(summary.stacks)
    stack = summary.stacks[0]
    rows = list(_rows(stack))
    return table(("", "now", "after merge", "change"), rows, "lrrl") if rows else ""


def _rows(stack: StackSummary) -> Iterator[Sequence[str]]:
    if not stack.errors:
        yield "Models · deployments", _held(stack.before), _held(stack.after), _changes(stack)
    if stack.review is not None and not stack.review.problems:
        costs = stack.review.costs
        monthly = costs.monthly
        once = usd(costs.once)
        if costs.once is None or costs.once.high:
            yield "Billed once (training)", "", f"**{once}**", f"+{once}" if costs.once else ""
        yield (
            f"Billed monthly (hosting, {HOURS_A_MONTH} h)",
            usd(monthly.before) if monthly.before else "",
            usd(monthly.after),
            signed(monthly.change) if monthly.change else "",
        )
    if stack.policies.judged:
        names = dict.fromkeys(found.rule for found in stack.policies.violations)
        yield "Policies", "", _judged(stack), ", ".join(code(name) for name in list(names)[:5])


def _held(counts: dict[str, int]) -> str:
    return f"{counts.get('FineTunedModel', 0)} · {counts.get('ModelDeployment', 0)}"


def _changes(stack: StackSummary) -> str:
    """What becomes of models and deployments, in a few words."""
    without = set(gaps(stack))
    replaced = [found.name for found in stack.of_kind("ModelDeployment", "replace")]
    counted = (
        (len(stack.of_kind("FineTuningJob", "replace")), "retrained"),
        (len(stack.of_kind("FineTuningJob", "create")), "trained"),
        (len(stack.of_kind("ModelDeployment", "create", "import")), "deployed"),
        (len(stack.of_kind("ModelDeployment", "update")), "changed in place"),
        (len([name for name in replaced if name not in without]), "replaced"),
        (len(stack.of_kind("ModelDeployment", "delete")), "deleted"),
    )
    words = [f"{count} {what}" for count, what in counted if count]
    if without:
        words.append(f"**{len(without)} with a gap**")
    elif stack.of_kind("ModelDeployment", "replace", "update"):
        words.append("no gap")
    return " · ".join(words) or "none"


def _judged(stack: StackSummary) -> str:
    policies = stack.policies
    failed = {found.rule for found in policies.violations if found.mandatory}
    warned = {found.rule for found in policies.violations} - failed
    parts = [f"{len(policies.passed)} pass"] if policies.passed else []
    parts += [f"**{len(warned)} warn**"] if warned else []
    parts += [f"**{len(failed)} fail**"] if failed else []
    return ", ".join(parts)


def _many(stacks: Sequence[StackSummary]) -> str:
    """A row for each stack, the worst first."""
    ordered = _worst_first(RunSummary(stacks=tuple(stacks)))
    shown, more = within([_stack_row(stack) for stack in ordered], _STACKS, "stacks")
    headings = ("stack", "models · deployments", "billed once", "a month", "policies")
    text = table(headings, shown, "llrrl")
    return f"{text}\n\n{more}" if more else text


def _stack_row(stack: StackSummary) -> Sequence[str]:
    known = stack.review is not None and not stack.review.problems
    costs = stack.review.costs if stack.review and known else None
    changes = "the preview failed" if stack.errors else _changes(stack)
    return (
        f"{COLOURS[stack_state(stack)]} {code(stack.name)}",
        changes,
        usd(costs.once) if costs else "",
        signed(costs.monthly.change) if costs and costs.monthly.change else "",
        _judged(stack),
    )


def _worst_first(summary: RunSummary) -> list[StackSummary]:
    order = list(COLOURS)
    return sorted(summary.stacks, key=lambda stack: order.index(stack_state(stack)))


def _decision(stack: StackSummary, found: Decision, place: Place, *, one: bool) -> str:
    word = "To put right" if found.stops else "Decide"
    where = "" if one else f" in {code(stack.name)}"
    text = f"**{word}{where}: {found.headline}.**".replace("..**", ".**")
    lines = [text, *(["", *found.text.splitlines()] if found.text else [])]
    if place.alerts:
        lines.insert(0, "[!CAUTION]" if found.stops else "[!WARNING]")
    return "\n".join(f"> {line}".rstrip() for line in lines)
