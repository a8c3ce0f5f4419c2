"""What a stack costs: before and after an update, in one table and as an output.

Training is paid once, by the job; hosting each month, by the deployment. Before is what the state
holds, at today's prices, so that the difference is that of the change alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from aoai.catalog import (
    Amount,
    Catalog,
    CostLine,
    CostTable,
    base_name,
    estimate_hosting,
    estimate_training,
    inference_prices,
)
from aoai_components.config import Stack
from aoai_components.prior_state import PriorState, Properties
from aoai_components.settings import Settings

OUTPUT = "costs"
"""The stack's output with the sums."""


@dataclass(frozen=True)
class StackCosts:
    """The costs of a stack.

    Attributes:
        shown: of the jobs that would be submitted, and of the deployments that are declared.
        before: of the deployments that the state holds.
        trained: of the job that the state holds, by model; None if it is not known.
    """

    shown: CostTable
    before: CostTable
    trained: Mapping[str, Amount | None]

    @classmethod
    def of(cls, stack: Stack, prior: PriorState, submitted: Set[str]) -> StackCosts:
        """The costs before and after an update that submits the jobs of some models."""
        catalog = stack.settings.catalog
        jobs = [f.cost for key, f in stack.forecasts.items() if key in submitted]
        return cls(
            shown=CostTable((*jobs, *hosting_lines(stack.settings, catalog))),
            before=CostTable(tuple(_held_lines(prior, catalog))),
            trained={
                key: _trained(job, prior.of("FineTunedModel", key) or job, catalog)
                for key, job in prior.all_of("FineTuningJob").items()
            },
        )

    @property
    def once(self) -> Amount:
        """The jobs that would be submitted."""
        return self.shown.total("once")

    @property
    def after(self) -> CostTable:
        """The deployments that are declared."""
        return CostTable(tuple(line for line in self.shown.lines if line.paid == "monthly"))

    @property
    def monthly_change(self) -> Amount:
        """How much more a month costs than before."""
        return _without_notes(self.after).monthly_change(_without_notes(self.before))

    def hosting(self, key: str, table: CostTable) -> Amount | None:
        """A deployment's month in ``before`` or ``after``; None if not known or not there."""
        line = next((li for li in table.lines if li.item == f"deployments.{key}"), None)
        return line.amount if line else None

    def note_of(self, key: str) -> str:
        """What a deployment's month leaves out."""
        return next((li.note for li in self.after.lines if li.item == f"deployments.{key}"), "")


def hosting_lines(settings: Settings, catalog: Catalog) -> list[CostLine]:
    """A line for each deployment of the stack."""
    lines = []
    for key, deployment in settings.deployments.items():
        model = settings.models.get(deployment.model)
        if model is not None and not model.base_model:
            note = "the base model is not known before the job is taken in"
            lines.append(CostLine(f"deployments.{key}", "monthly", None, note))
        elif model is not None:
            lines.append(_hosting(key, model.base_model, deployment.sku, catalog))
    return lines


def _hosting(key: str, model: str, sku: str, catalog: Catalog) -> CostLine:
    estimate = estimate_hosting(catalog, model, sku)
    notes = list(estimate.notes)
    known = catalog.sku(sku)
    if found := inference_prices(catalog, model, known.name if known else sku):
        calls = found[0]
        notes.append(
            f"calls come on top: {calls.input:,.2f} USD in and {calls.output:,.2f} USD out for a "
            "million tokens"
        )
    return CostLine(f"deployments.{key}", "monthly", estimate.amount, "; ".join(notes))


def _held_lines(prior: PriorState, catalog: Catalog) -> list[CostLine]:
    """A line for each deployment that the state holds and Azure has not removed."""
    return [
        _hosting(key, base_name(str(held.get("model"))), str(held.get("sku")), catalog)
        for key, held in prior.all_of("ModelDeployment").items()
        if not held.get("removed_for_inactivity")
    ]


def _trained(job: Properties, model: Properties, catalog: Catalog) -> Amount | None:
    """What a job has cost, from the tokens that its model was trained on, over all epochs."""
    tokens = model.get("trained_tokens")
    if not isinstance(tokens, int | float):
        return None
    return estimate_training(
        catalog,
        str(job.get("model")),
        tokens=int(tokens),
        epochs=1,
        method=str(job.get("method") or "supervised"),
        training_type=str(job.get("training_type") or "Standard"),
    ).amount


def _without_notes(table: CostTable) -> CostTable:
    return CostTable(tuple(CostLine(li.item, li.paid, li.amount) for li in table.lines))


def as_output(table: CostTable) -> dict[str, Any]:
    """The sums, as the stack's output has them: all that is declared, trained once."""
    return {
        "trainingUsd": amount(table.total("once")),
        "hostingUsdPerMonth": amount(table.total("monthly")),
        "notKnown": list(table.unknown),
    }


def amount(usd: Amount | None) -> dict[str, float] | None:
    """An amount for JSON, in whole cents."""
    return None if usd is None else {"low": round(usd.low, 2), "high": round(usd.high, 2)}


def as_text(costs: StackCosts) -> list[str]:
    """The table in lines, within 80 columns where keys are short, with its notes below."""
    if not costs.shown.lines and not costs.before.lines:
        return []
    compares = bool(costs.before.lines)
    rows = [("", "once", "a month now", "a month after"), *_rows(costs)]
    if compares:
        rows.append(("difference", "", "", _signed(costs.monthly_change)))
    columns = (0, 1, 2, 3) if compares else (0, 1, 3)
    widths = {column: max(len(row[column]) for row in rows) for column in columns}
    lines = [
        f"  {row[0]:<{widths[0]}}  "
        + "  ".join(f"{row[column]:>{widths[column]}}" for column in columns[1:])
        for row in rows
    ]
    return ["estimated costs, USD", *(line.rstrip() for line in lines), *_notes(costs.shown)]


def _rows(costs: StackCosts) -> list[tuple[str, str, str, str]]:
    held = {line.item: line for line in costs.before.lines}
    rows = []
    for line in costs.shown.lines:
        shown, before = _cell(line), _cell(held.pop(line.item, None))
        once = line.paid == "once"
        rows.append((line.item, shown if once else "", before, "" if once else shown))
    rows += [(item, "", _cell(line), "") for item, line in held.items()]
    after, now = costs.after.total("monthly"), costs.before.total("monthly")
    return [*rows, ("sum", str(costs.once), str(now), str(after))]


def _cell(line: CostLine | None) -> str:
    if line is None:
        return ""
    return "not known" if line.amount is None else str(line.amount)


def _notes(table: CostTable) -> list[str]:
    """Each note once, with the keys that it is about."""
    items: dict[str, list[str]] = {}
    for line in table.lines:
        if line.note:
            items.setdefault(line.note, []).append(line.item)
    notes = [f"  {', '.join(of)}: {note}" for note, of in items.items()]
    unknown = [f"  the sums are without {', '.join(table.unknown)}"] if table.unknown else []
    return [*notes, *unknown]


def _signed(change: Amount) -> str:
    low, high = f"{change.low:+,.2f}", f"{change.high:+,.2f}"
    return low if low == high else f"{low} to {high}"
