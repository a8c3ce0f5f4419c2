"""How the models that serve now were trained: what a new training is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.cli.bars import bars
from aoai.cli.ci.comment.section import ROWS, Section
from aoai.cli.ci.run_summary import StackSummary, TrainedModel
from aoai.cli.markdown import code, details, prose, table


def training_section(stack: StackSummary) -> Section | None:
    """A row for each model that is trained again; None if none has losses."""
    again = {job.name for job in stack.of_kind("FineTuningJob", "replace")}
    rows = [row for model in stack.trained if model.name in again for row in _row(model)]
    if not rows:
        return None
    headings = ("model", "checkpoint", "step", "training loss", "validation loss", "ratio")
    body = table(headings, rows[:ROWS], "llrllr")
    body += "\n\nRatio: validation loss divided by training loss. Far above 1, the model overfits."
    return Section("what serves now", details("How the models that serve now were trained", body))


def _row(model: TrainedModel) -> Iterator[Sequence[str]]:
    if not model.points:
        return
    training = [p.training_loss for p in model.points]
    validation = [p.validation_loss for p in model.points]
    yield (
        code(model.name),
        prose(model.checkpoint, 40),
        str(model.points[-1].step),
        _curve(training),
        _curve(validation),
        _ratio(validation[-1], training[-1]),
    )


def _ratio(validation: float | None, training: float | None) -> str:
    if validation is None or not training:
        return ""
    return f"{validation / training:.2f}"


def _curve(values: Sequence[float | None]) -> str:
    """A bar for each checkpoint, the first value and the last."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    ends = f"{known[0]:.2f} → {known[-1]:.2f}" if len(known) > 1 else f"{known[0]:.2f}"
    return f"`{bars(known)}` {ends}"
