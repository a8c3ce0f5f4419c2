"""The verdict on a run: its colour, its labels, and what somebody has to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aoai.cli.ci.run_summary import RunSummary, StackSummary
from aoai.cli.markdown import code, plural, prose

RETRAINS = "aoai:retrains"
"""Label of a pull request that trains a model."""
GAP = "aoai:gap"
"""Label of a pull request after whose merge a deployment does not answer for a while."""
LABELS = (RETRAINS, GAP)
"""All labels that are set and taken away."""

COLOURS = {"red": "🔴", "yellow": "🟡", "green": "🟢", "none": "⚪"}
"""State and sign: cannot be applied, to be decided, as it should be, nothing changes."""


@dataclass(frozen=True)
class Decision:
    """One thing that somebody has to decide or to put right, in Markdown.

    Attributes:
        headline: what it is about.
        text: what happens, and what to do.
        stops: whether the update cannot run before it is put right.
    """

    headline: str
    text: str = ""
    stops: bool = False


def anything_changes(summary: RunSummary) -> bool:
    """Whether there is something to comment on."""
    return any(stack.resources or stack.is_red for stack in summary.stacks)


def state(summary: RunSummary) -> str:
    """``red``, ``yellow``, ``green`` or ``none``: the worst of the run's stacks."""
    if any(stack.is_red for stack in summary.stacks):
        return "red"
    if not anything_changes(summary):
        return "none"
    return "yellow" if any(map(_needs_attention, summary.stacks)) else "green"


def stack_state(stack: StackSummary) -> str:
    """The colour of one stack."""
    return state(RunSummary(stacks=(stack,)))


def labels(summary: RunSummary) -> set[str]:
    """The labels that the pull request should have."""
    stacks = summary.stacks
    found = {RETRAINS} if any(trainings(stack) for stack in stacks) else set()
    return found | ({GAP} if any(gaps(stack) for stack in stacks) else set())


def trainings(stack: StackSummary) -> list[str]:
    """Names of the models that are trained, for the first time or again."""
    jobs = stack.of_kind("FineTuningJob", "create", "replace")
    return [job.name for job in jobs]


def gaps(stack: StackSummary) -> list[str]:
    """Names of the deployments that do not answer for a while."""
    planned = {found.name for found in stack.of_kind("ModelDeployment") if found.gap}
    known = {d.key for d in stack.review.deployments if d.gap} if stack.review else set()
    return sorted(planned | known)


def _needs_attention(stack: StackSummary) -> bool:
    return bool(stack.resources and (trainings(stack) or decisions(stack)))


def decisions(stack: StackSummary) -> list[Decision]:
    """What is to be decided about a stack, the worst first."""
    return [*_failures(stack), *_broken(stack), *_gaps(stack), *_removals(stack), *_warnings(stack)]


def _failures(stack: StackSummary) -> Iterator[Decision]:
    for found in stack.errors:
        first, *more = found.message.splitlines() or [""]
        about = f" of {code(found.resource)}" if found.resource else ""
        lines = [f"- {prose(line.strip().removeprefix('- '))}" for line in more if line.strip()]
        shown = [*lines[:_LINES], *_more(len(lines) - _LINES)]
        headline = f"the preview{about} failed: {prose(first.rstrip(':'))}"
        yield Decision(headline, "\n".join(shown), stops=True)


_LINES = 10
"""Lines of an error that are shown."""


def _more(count: int) -> Sequence[str]:
    return [f"- … and {plural(count, 'more line')}"] if count > 0 else []


def _broken(stack: StackSummary) -> Iterator[Decision]:
    for found in stack.broken:
        about = f" for {code(found.resource)}" if found.resource else ""
        headline = f"the policy {code(found.rule)} is broken{about}"
        yield Decision(headline, prose(found.message), stops=True)


def _gaps(stack: StackSummary) -> Iterator[Decision]:
    for name in gaps(stack):
        yield Decision(
            f"{code(name)} does not answer while it is made again",
            "It is deleted first, as its name stays. Without `deploymentName` the new one is made "
            "before the old one goes.",
        )


def _removals(stack: StackSummary) -> Iterator[Decision]:
    for found in stack.of_kind("ModelDeployment", "delete"):
        yield Decision(f"{code(found.name)} is deleted", "Its callers get an error from then on.")


def _warnings(stack: StackSummary) -> Iterator[Decision]:
    for found in stack.policies.violations:
        if not found.mandatory:
            about = f" for {code(found.resource)}" if found.resource else ""
            yield Decision(f"the policy {code(found.rule)} warns{about}", prose(found.message))
