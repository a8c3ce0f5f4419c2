"""The names of what a training measures, and which way is better.

Events and checkpoints have one spelling and result files another for some; the names here are those
of events and checkpoints.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

Point = tuple[int, float]
"""A step and what was measured after it."""

METRICS: Final[Mapping[str, str]] = {
    "train_loss": "loss of the step's training examples",
    "valid_loss": "loss of some validation examples",
    "full_valid_loss": "loss of the whole validation file",
    "train_mean_token_accuracy": "share of the step's training tokens that were right",
    "valid_mean_token_accuracy": "share of some validation tokens that were right",
    "full_valid_mean_token_accuracy": "share of all validation tokens that were right",
    "train_mean_reward": "mean reward of the step's answers",
    "full_valid_mean_reward": "mean reward over the validation file",
}
"""What a checkpoint can be chosen by, and what each means."""

LENGTHS: Final[Mapping[str, str]] = {
    "completion_tokens_mean": "mean tokens of an answer",
    "reasoning_tokens_mean": "mean tokens that an answer reasons",
    "mean_unresponsive_rewards": "share of answers that no grader could judge",
}
"""What a reinforcement job measures beside its rewards."""

_SAME: Final[Mapping[str, str]] = {
    "validation_loss": "valid_loss",
    "validation_mean_token_accuracy": "valid_mean_token_accuracy",
    "full_validation_loss": "full_valid_loss",
    "full_validation_mean_token_accuracy": "full_valid_mean_token_accuracy",
    "train_reward_mean": "train_mean_reward",
    "valid_reward_mean": "full_valid_mean_reward",
}
"""Other spellings: of Azure's result files (documentation, "Analyze your custom model") and of
OpenAI's pages on reinforcement."""

BY_DEFAULT: Final = ("full_valid_loss", "valid_loss", "full_valid_mean_reward")
"""What the best checkpoint is chosen by, the first that was measured."""


def metric_name(spelled: str) -> str:
    """The name of a metric, whichever way it is spelled."""
    name = spelled.strip()
    return _SAME.get(name.lower(), name)


def named(metrics: Mapping[str, float]) -> dict[str, float]:
    """Measurements under their names; where both spellings are there, the usual one counts."""
    found = {metric_name(name): value for name, value in metrics.items()}
    return found | {name: value for name, value in metrics.items() if name in METRICS}


def higher_is_better(metric: str) -> bool:
    """Whether more of it is better: of rewards and accuracies, not of losses."""
    return metric.endswith(("_reward", "_accuracy"))


def best(points: Iterable[Point], metric: str) -> Point | None:
    """The best point, the earliest of equal ones; None if there is none."""
    sign = -1 if higher_is_better(metric) else 1
    measured = [point for point in points if math.isfinite(point[1])]
    return min(measured, key=lambda point: (sign * point[1], point[0]), default=None)
