"""Which checkpoint to serve: the last one, a step, or the best by a metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aoai.errors import ConfigurationError
from aoai.results.metrics import BY_DEFAULT, best


@dataclass(frozen=True)
class Choice:
    """A checkpoint that can be chosen: the name to deploy, its step, and what was measured."""

    model: str
    step: int | None
    metrics: Mapping[str, float] = field(default_factory=dict)


def choose(name: str, kept: Sequence[Choice], wanted: str | int, metric: str | None = None) -> str:
    """The name of the model or checkpoint to serve.

    Args:
        name: the model's own name: its last step.
        kept: the checkpoints that the service kept: those of the last three epochs, and one of a
            step at which the job was paused.
        wanted: ``final``, ``best`` or a step.
        metric: what ``best`` goes by; a metric of the validation file if left out.

    Raises:
        ConfigurationError: there is no such checkpoint, or the metric was not measured; with the
            steps that there are.
    """
    if wanted == "final":
        return name
    if wanted == "best":
        return _best(name, kept, metric)
    found = next((each.model for each in kept if each.step == wanted), None)
    if found is None:
        raise ConfigurationError(f"{name} has no checkpoint of step {wanted}; {_listed(kept)}")
    return found


def metric_of(kept: Sequence[Choice]) -> str | None:
    """What the best checkpoint is chosen by if no metric is named; None if nothing fits."""
    return next((m for m in BY_DEFAULT if any(m in each.metrics for each in kept)), None)


def _best(name: str, kept: Sequence[Choice], metric: str | None) -> str:
    metric = metric or metric_of(kept)
    if metric is None:
        raise ConfigurationError(
            f"{name} has no best checkpoint: nothing was measured on a validation file, which "
            f"`best` needs; give the job one, or name a step; {_listed(kept)}"
        )
    by_step = {each.step: each for each in kept if each.step is not None}
    points = [(s, each.metrics[metric]) for s, each in by_step.items() if metric in each.metrics]
    top = best(points, metric)
    if top is None:
        measured = sorted({name for each in kept for name in each.metrics} - {"step"})
        raise ConfigurationError(
            f"{name}: no checkpoint has a `{metric}`; measured are {', '.join(measured) or 'none'}"
            f"; {_listed(kept)}"
        )
    return by_step[top[0]].model


def _listed(kept: Sequence[Choice]) -> str:
    steps = ", ".join(_steps(kept))
    return f"steps kept: {steps}" if steps else "the service kept no checkpoints"


def _steps(kept: Sequence[Choice]) -> Iterator[str]:
    metric = metric_of(kept)
    for each in sorted(kept, key=lambda each: each.step or 0):
        value = each.metrics.get(metric) if metric else None
        yield str(each.step) if value is None else f"{each.step} ({metric} {value:.4g})"
