"""How values are written, in the page and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai.catalog import Amount
from aoai.cli.report.facts import Curve, DeploymentFact, FileFact, ModelFact

NOTHING = "-"
"""Written for a value that is not known."""

SOON = 5
"""Days before a removal from which a deployment is marked."""

CHARTS = {
    "Loss": {
        "train_loss": "training",
        "valid_loss": "validation, sampled",
        "full_valid_loss": "validation, whole file",
    },
    "Reward": {"train_mean_reward": "training", "full_valid_mean_reward": "validation"},
    "Accuracy of tokens": {
        "train_mean_token_accuracy": "training",
        "valid_mean_token_accuracy": "validation, sampled",
        "full_valid_mean_token_accuracy": "validation, whole file",
    },
}
"""The charts of a model: which metrics are drawn together, and what each is called there."""


def charts_of(model: ModelFact) -> Iterator[tuple[str, dict[str, Curve]]]:
    """The charts that a model has something for: title, and curves by their names."""
    for title, metrics in CHARTS.items():
        measured = [(name, model.curves.get(metric)) for metric, name in metrics.items()]
        curves = {name: points for name, points in measured if points}
        if curves:
            yield title, curves


def day(moment: datetime | None) -> str:
    """A date, or a dash."""
    return f"{moment:%Y-%m-%d}" if moment else NOTHING


def usd(amount: Amount | float | None) -> str:
    """Dollars, or a dash for what is not known."""
    if amount is None:
        return NOTHING
    return f"${amount}" if isinstance(amount, Amount) else f"${amount:,.2f}"


def counted(count: int, thing: str) -> str:
    """``1 model``, ``2 models``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def number(value: float | None) -> str:
    """A number with its thousands set off, or a dash."""
    return NOTHING if value is None else f"{value:,}"


def file_line(file: FileFact) -> str:
    """A file in one line."""
    examples = f", {number(file.examples)} examples" if file.examples is not None else ""
    digest = f", sha256 {file.sha256[:12]}…" if file.sha256 else ""
    return f"{file.role} file {file.source}{examples}{digest}"


def removal(deployment: DeploymentFact) -> tuple[str, str]:
    """What becomes of a deployment that nobody calls, and ``bad``, ``warn`` or nothing."""
    if deployment.removed:
        return "removed: nobody called it for 15 days", "bad"
    if deployment.days_left is None:
        return "not read", ""
    if deployment.days_left < 0:
        return "past its day", "bad"
    text = f"in {deployment.days_left} days, {day(deployment.removed_on)}"
    return text, "warn" if deployment.days_left <= SOON else ""


def steps(model: ModelFact) -> list[tuple[int, str]]:
    """The checkpoints' steps with what each is: ``chosen``, ``best``, both or neither."""
    named = []
    for step in sorted(checkpoint.step for checkpoint in model.checkpoints):
        roles = []
        if step == model.served_step:
            roles.append("chosen")
        if step == model.best_step:
            roles.append("best")
        named.append((step, ", ".join(roles)))
    return named
