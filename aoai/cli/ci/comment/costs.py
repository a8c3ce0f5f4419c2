"""What the update costs, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.cli.ci.comment.money import signed, usd
from aoai.cli.ci.comment.section import ROWS, Section
from aoai.cli.ci.review import Review, Usd
from aoai.cli.ci.run_summary import StackSummary
from aoai.cli.markdown import code, details, prose, table


def cost_section(stack: StackSummary) -> Section | None:
    """A row for each training that is paid and each deployment; None if neither is there."""
    review = stack.review
    rows = list(_rows(review)) if review else []
    if review is None or not rows:
        return None
    body = table(("", "paid", "before", "after", "change"), rows[:ROWS], "llrrr")
    if len(rows) > ROWS:
        body += f"\n\n… and {len(rows) - ROWS:,} more."
    notes = [f"- {code(key)}: {prose(note)}" for key, note in _notes(review)][:ROWS]
    if notes:
        body += "\n\n" + "\n".join(notes)
    if review.costs.not_known:
        names = ", ".join(code(name) for name in review.costs.not_known[:ROWS])
        body += f"\n\nThe sums are without {names}."
    return Section("cost, line by line", details("Cost, line by line", body))


def _rows(review: Review) -> Iterator[Sequence[str]]:
    for model in review.models:
        if model.change != "same":
            after = usd(model.cost.after)
            yield f"training {code(model.key)}", "once", _before(model.cost.before), after, ""
    for deployment in review.deployments:
        cost = deployment.monthly
        yield (
            f"hosting {code(deployment.key)}",
            "a month",
            _before(cost.before),
            usd(cost.after),
            signed(cost.change) if cost.change else "",
        )
    for key in review.removed.get("deployments", ()):
        yield f"hosting {code(key)}", "a month", "", "deleted", ""


def _before(amount: Usd | None) -> str:
    return usd(amount) if amount else ""


def _notes(review: Review) -> Iterator[tuple[str, str]]:
    for model in review.models:
        if model.cost.note:
            yield f"models.{model.key}", model.cost.note
    for deployment in review.deployments:
        if deployment.monthly.note:
            yield f"deployments.{deployment.key}", deployment.monthly.note
