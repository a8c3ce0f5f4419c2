"""What a stack costs, in one table at the end of a preview and as an output.

Training is paid once, by the job; hosting each month, by the deployment. The output holds the costs
of all that is declared, so that a preview shows what a change adds; the table shows in its column
``once`` only the jobs that would be submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from aoai.catalog import Amount, Catalog, CostLine, CostTable, estimate_hosting
from aoai.resources import FineTuningJob
from aoai_components.config import Stack
from aoai_components.settings import Settings

OUTPUT = "costs"
"""The stack's output with the sums."""

_STACK_OUTPUTS = "pulumi:pulumi:readStackOutputs"  # the engine's own, behind StackReference
_UNITS = ("once", "a month")


def hosting_lines(settings: Settings, catalog: Catalog) -> list[CostLine]:
    """A line for each deployment of the stack."""
    lines = []
    for key, deployment in settings.deployments.items():
        model = settings.models.get(deployment.model)
        if model is not None and not model.base_model:
            note = "the base model is not known before the job is taken in"
            lines.append(CostLine(f"deployments.{key}", "monthly", None, note))
        elif model is not None:
            estimate = estimate_hosting(catalog, model.base_model, deployment.sku)
            note = "; ".join(estimate.notes)
            lines.append(CostLine(f"deployments.{key}", "monthly", estimate.amount, note))
    return lines


def as_output(table: CostTable) -> dict[str, Any]:
    """The sums, as the stack's output has them."""
    return {
        "training_usd": _bounds(table.total("once")),
        "hosting_usd_a_month": _bounds(table.total("monthly")),
        "not_known": list(table.unknown),
    }


def _bounds(amount: Amount) -> dict[str, float]:
    return {"low": round(amount.low, 2), "high": round(amount.high, 2)}


def monthly_before(outputs: Mapping[str, Any]) -> Amount | None:
    """What the stack cost a month at its last update, from its outputs; None if it had no such."""
    costs = outputs.get(OUTPUT)
    bounds = costs.get("hosting_usd_a_month") if isinstance(costs, Mapping) else None
    if not isinstance(bounds, Mapping):
        return None
    low, high = bounds.get("low"), bounds.get("high")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    return Amount(float(low), float(high))


def as_text(table: CostTable, before: Amount | None) -> str:
    """The table, 80 columns wide where keys are short, with its notes below.

    Args:
        table: of what is paid.
        before: what a month costs now; None if nothing is there yet.
    """
    rows = [("", *_UNITS), *(_row(line) for line in table.lines)]
    monthly = table.total("monthly")
    rows.append(("sum", str(table.total("once")), str(monthly)))
    if before is not None:
        rows.append(("change to now", "", _signed(monthly, before)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"  {item:<{widths[0]}}  {once:>{widths[1]}}  {month:>{widths[2]}}".rstrip()
        for item, once, month in rows
    ]
    notes = [f"  {line.item}: {line.note}" for line in table.lines if line.note]
    unknown = [f"  the sums are without {', '.join(table.unknown)}"] if table.unknown else []
    return "\n".join(["estimated costs, USD", *lines, *notes, *unknown])


def _row(line: CostLine) -> tuple[str, str, str]:
    amount = "not known" if line.amount is None else str(line.amount)
    return (line.item, amount, "") if line.paid == "once" else (line.item, "", amount)


def _signed(monthly: Amount, before: Amount) -> str:
    low, high = monthly.low - before.low, monthly.high - before.high
    if f"{low:.2f}" == f"{high:.2f}":
        return f"{low:+,.2f}"
    return f"{low:+,.2f} to {high:+,.2f}"


def show_costs(stack: Stack, jobs: Mapping[str, FineTuningJob]) -> None:
    """Show the table in a preview, and export the sums.

    Args:
        stack: all that is declared.
        jobs: the job of each model.
    """
    training = {name: forecast.cost for name, forecast in stack.forecasts.items()}
    hosting = hosting_lines(stack.settings, stack.settings.catalog)
    pulumi.export(OUTPUT, as_output(CostTable((*training.values(), *hosting))))
    if pulumi.runtime.is_dry_run():
        shown: Any = _show(training, hosting, jobs)  # `from_input` is typed for values alone
        pulumi.Output.from_input(shown)


async def _show(
    training: Mapping[str, CostLine],
    hosting: Iterable[CostLine],
    jobs: Mapping[str, FineTuningJob],
) -> bool:
    """Log the table, if it has a line: of the jobs, those that would be submitted."""
    # The id of such a job is not known in a preview.
    submitted = [line for key, line in training.items() if not await jobs[key].id.is_known()]
    table = CostTable((*submitted, *hosting))
    if table.lines:
        pulumi.log.info(as_text(table, monthly_before(await _outputs_before())))
    return bool(table.lines)


async def _outputs_before() -> Mapping[str, Any]:
    names = (pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack())
    answer = await pulumi.runtime.invoke_async(_STACK_OUTPUTS, {"name": "/".join(names)})
    outputs = answer.get("outputs") if isinstance(answer, Mapping) else None
    return outputs if isinstance(outputs, Mapping) else {}
