"""Whether a model learnt its training data by heart, read off its curves.

The bands of the ratio and the gap of rewards are those of Microsoft's fine-tuning skill
(microsoft/azure-skills, ``microsoft-foundry/finetuning``, 2026): validation loss below 1.2 times
the training loss is healthy, to 1.5 mild, to 2 moderate, above severe; a training reward that is
more than 0.1 above the validation reward may be a reward that is gamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from aoai.results.curves import Curves
from aoai.results.metrics import Point, best

Reading = Literal["none", "mild", "moderate", "severe"]
BANDS: Final[tuple[tuple[float, Reading], ...]] = ((1.2, "none"), (1.5, "mild"), (2.0, "moderate"))
"""The ratio of validation to training loss that a reading ends at."""

REWARD_GAP: Final = 0.1
"""How far the training reward may be above the validation reward."""

_SHARE = 0.1  # of the training loss, which is of one batch and noisy: the mean of its last steps
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Overfit:
    """How validation compares with training at the end.

    Attributes:
        reading: ``none``, ``mild``, ``moderate`` or ``severe``.
        metric: what was measured on the validation file: a loss, or a reward.
        validation: its last value.
        training: the same of the training file, the mean of the last tenth of its steps.
        ratio: validation loss to training loss; None for rewards, and for a training loss of 0.
        best_step: the step at which ``metric`` was best.
        best_value: its value there.
        sentence: the same in words.
    """

    reading: Reading
    metric: str
    validation: float
    training: float
    ratio: float | None
    best_step: int
    best_value: float
    sentence: str


def overfit_of(curves: Curves) -> Overfit | None:
    """The reading of a job; None if nothing was measured on a validation file."""
    for metric, training in (
        ("full_valid_loss", "train_loss"),
        ("valid_loss", "train_loss"),
        ("full_valid_mean_reward", "train_mean_reward"),
    ):
        measured, trained = curves.of(metric), curves.of(training)
        top = best(measured, metric)
        if top is not None and trained:
            return _read(metric, measured[-1], _mean_until(trained, measured[-1][0]), top)
    return None


def _mean_until(points: tuple[Point, ...], step: int) -> float:
    """The mean of the last tenth of the points up to a step."""
    values = [value for at, value in points if at <= step] or [points[0][1]]
    last = values[-max(1, round(len(values) * _SHARE)) :]
    return sum(last) / len(last)


def _read(metric: str, end: Point, training: float, top: Point) -> Overfit:
    rewards = metric.endswith("_reward")
    ratio = None if rewards or training <= _TINY else end[1] / training
    reading = _by_gap(training - end[1]) if rewards else _by_ratio(ratio)
    return Overfit(
        reading=reading,
        metric=metric,
        validation=_short(end[1]),
        training=_short(training),
        ratio=None if ratio is None else _short(ratio),
        best_step=top[0],
        best_value=_short(top[1]),
        sentence=_in_words(reading, end, training, ratio, top, rewards),
    )


def _by_ratio(ratio: float | None) -> Reading:
    if ratio is None:
        return "severe"  # a training loss of 0: every answer is known by heart
    return next((reading for most, reading in BANDS if ratio < most), "severe")


def _by_gap(gap: float) -> Reading:
    return "none" if gap <= REWARD_GAP else "moderate"


def _in_words(
    reading: Reading, end: Point, training: float, ratio: float | None, top: Point, rewards: bool
) -> str:
    name = "reward" if rewards else "loss"
    compared = f"validation {name} {end[1]:.3g}, training {name} {training:.3g}"
    if ratio is not None:
        compared += f" (ratio {ratio:.2f})"
    opening = "no overfitting" if reading == "none" else f"{reading} overfitting"
    if top[0] == end[0]:
        return f"{opening}: {compared}; validation was best at the end, step {end[0]}"
    return f"{opening}: {compared}; validation was best at step {top[0]} of {end[0]}, {top[1]:.3g}"


def _short(value: float) -> float:
    return float(f"{value:.4g}")
