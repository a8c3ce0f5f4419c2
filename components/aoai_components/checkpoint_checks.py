"""A choice of a checkpoint that cannot be met, found before the training that it is of is paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aoai_components.entries import camel
from aoai_components.model_settings import VALIDATION, ModelSettings

_KEPT_EPOCHS = 3
"""Epochs whose checkpoints the service keeps: the last ones (Azure, "Customize a model")."""


def metric_problems(where: str, model: ModelSettings) -> Iterator[str]:
    """That the best checkpoint goes by what no such training measures.

    Args:
        where: the model's place.
        model: the model; what is taken in was measured elsewhere.
    """
    if model.checkpoint != "best" or model.is_taken_in:
        return
    metric, validated = model.checkpoint_metric, VALIDATION in model.files
    if metric is None and not validated:
        yield (
            f"{where}.checkpoint: `best` goes by the validation file: give `{VALIDATION}`, or "
            "name a metric of the training as `checkpointMetric`"
        )
    elif metric is not None and "valid" in metric and not validated:
        yield (
            f"{where}.checkpointMetric: `{camel(metric)}` is measured on the validation file: give "
            f"`{VALIDATION}`"
        )
    rewarded = model.method == "reinforcement"
    if metric is not None and metric.endswith("_reward") != rewarded:
        kind = "rewards" if rewarded else "losses and accuracies"
        yield (
            f"{where}.checkpointMetric: a {model.method} training measures {kind}, not "
            f"`{camel(metric)}`"
        )


def step_problems(where: str, model: ModelSettings, examples: int) -> Iterator[str]:
    """That the service will not keep a step, where epochs and steps are fixed.

    Args:
        where: the model's place.
        model: the model.
        examples: of its training file.
    """
    kept = _kept_steps(model, examples)
    if isinstance(model.checkpoint, int) and kept and model.checkpoint not in {1, *kept}:
        steps = ", ".join(f"{step:,}" for step in kept)
        yield (
            f"{where}.checkpoint: the service keeps the checkpoints of the last {_KEPT_EPOCHS} "
            f"epochs, here of the steps {steps}; {model.checkpoint:,} is none of them"
        )


def step_advice(model: ModelSettings, examples: int) -> Iterator[str]:
    """That a step may not be kept, where that depends on what the service chooses."""
    if isinstance(model.checkpoint, int) and not _kept_steps(model, examples):
        yield (
            f"checkpoint: the service keeps the checkpoints of the last {_KEPT_EPOCHS} epochs; a "
            f"step {model.checkpoint:,} may not be among them"
        )


def _kept_steps(model: ModelSettings, examples: int) -> list[int]:
    """The steps at which the last epochs end; none if that is not known."""
    hyperparameters: Any = model.options.hyperparameters or {}
    batch, epochs = hyperparameters.get("batch_size"), model.n_epochs
    fixed = isinstance(batch, int) and batch > 0 and not examples % batch
    if not fixed or epochs is None or model.method == "reinforcement":
        return []
    first = max(epochs - _KEPT_EPOCHS, 0) + 1
    return [examples // batch * epoch for epoch in range(first, epochs + 1)]
