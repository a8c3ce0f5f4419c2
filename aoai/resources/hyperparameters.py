"""The hyperparameters of a job: of which method each one is, and what it may be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from aoai.resources.declaration import inputs_of, replaces

METHODS = ("supervised", "dpo", "reinforcement")
"""How a job trains, as ``method.type`` of the jobs API names it."""

CHOSEN = ("auto", -1)
"""What the API and Azure's answers write where the service chooses; the same as leaving it out."""

Whole = int | Literal["auto"]
Number = float | Literal["auto"]
Effort = Literal["low", "medium", "high", "default", "auto"]


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What the caller fixes; the service chooses the rest from the data."""

    n_epochs: Annotated[
        Whole | None,
        replaces(
            "Passes over the training file.", wire="hyperparameters.n_epochs", same_as_none=CHOSEN
        ),
    ] = None
    batch_size: Annotated[
        Whole | None,
        replaces("Examples in one step.", wire="hyperparameters.batch_size", same_as_none=CHOSEN),
    ] = None
    learning_rate_multiplier: Annotated[
        Number | None,
        replaces(
            "Scales the rate at which the model learns.",
            wire="hyperparameters.learning_rate_multiplier",
            same_as_none=CHOSEN,
        ),
    ] = None
    beta: Annotated[
        Number | None,
        replaces(
            "`dpo` only: the higher it is, the closer the model stays to the one it starts from.",
            wire="hyperparameters.beta",
            same_as_none=CHOSEN,
        ),
    ] = None
    l2_multiplier: Annotated[
        Number | None,
        replaces(
            "`dpo` only: weight of the L2 regularization.",
            wire="hyperparameters.l2_multiplier",
            same_as_none=CHOSEN,
        ),
    ] = None
    reasoning_effort: Annotated[
        Effort | None,
        replaces(
            "`reinforcement` only: how much the model reasons while it trains.",
            wire="hyperparameters.reasoning_effort",
            same_as_none=("auto", "default"),
        ),
    ] = None
    compute_multiplier: Annotated[
        Number | None,
        replaces(
            "`reinforcement` only: scales the compute that is spent on exploring answers.",
            wire="hyperparameters.compute_multiplier",
            same_as_none=CHOSEN,
        ),
    ] = None
    eval_interval: Annotated[
        Whole | None,
        replaces(
            "`reinforcement` only: training steps between two evaluations.",
            wire="hyperparameters.eval_interval",
            same_as_none=CHOSEN,
        ),
    ] = None
    eval_samples: Annotated[
        Whole | None,
        replaces(
            "`reinforcement` only: answers that an evaluation takes for each example.",
            wire="hyperparameters.eval_samples",
            same_as_none=CHOSEN,
        ),
    ] = None


_METHOD_OF = {
    "beta": "dpo",
    "l2_multiplier": "dpo",
    "reasoning_effort": "reinforcement",
    "compute_multiplier": "reinforcement",
    "eval_interval": "reinforcement",
    "eval_samples": "reinforcement",
}
"""The method of those that belong to one; every method has the others."""

# OpenAI's reference gives 50 epochs, batches of 256, a beta up to 2 and a compute multiplier up to
# 10; a multiplier of the learning rate beyond 10 is in no example. The others have no limit there.
MOST_EPOCHS = 50
"""Passes over the training file that a job may have."""

_MOST = {
    "n_epochs": MOST_EPOCHS,
    "batch_size": 256,
    "learning_rate_multiplier": 10,
    "beta": 2,
    "compute_multiplier": 10,
}
_MAY_BE_ZERO = {"l2_multiplier"}  # Azure fills in 0 (recorded in February 2026)


ADVISED: Mapping[str, tuple[float, float, str]] = {
    "learning_rate_multiplier": (
        0.02,
        2,
        "Microsoft advises 0.02 to 0.2, and the service itself takes up to 2 for newer models",
    ),
    "n_epochs": (1, 25, "the service itself never chooses more than 25"),
}
"""The range that is advised, and why.

From the page "Customize a model with fine-tuning" (learning rate), answers that were recorded in
2025 and 2026 (the models' own rates: 1, and 2 for gpt-4.1), and OpenAI's cookbook on preparing
chat data, whose choice of epochs the recorded ones follow.
"""


def hyperparameter_advice(hyperparameters: Any) -> Iterator[tuple[str, str]]:
    """Values that the service takes and that seldom make a good model, each by its name."""
    given = hyperparameters if isinstance(hyperparameters, Mapping) else {}
    for name, (least, most, why) in ADVISED.items():
        value = given.get(name)
        if value in CHOSEN or not isinstance(value, int | float):
            continue
        if not least <= value <= most:
            range_ = f"{value:g} is outside of {least:g} to {most:g}"
            yield name, f"{range_}: {why}; leave it out, and the service chooses"


def hyperparameter_problems(hyperparameters: Any, method: Any) -> Iterator[tuple[str, str]]:
    """What no service takes, each with the name of the hyperparameter; values may be unknown.

    Args:
        hyperparameters: a mapping, or something that is not known yet.
        method: one of ``METHODS``, or something that is not known yet.
    """
    if not isinstance(hyperparameters, Mapping):
        return
    chosen = {field.name: field.declared.same_as_none for field in inputs_of(Hyperparameters)}
    for name, value in sorted(hyperparameters.items()):
        if name not in chosen:
            yield name, f"`{name}` is not a hyperparameter of any method"
            continue
        if value is None or value in chosen[name]:
            continue
        owner = _METHOD_OF.get(name, method)
        if method in METHODS and method != owner:
            yield name, f"`{name}` belongs to `method: {owner}`, and this job trains by {method}"
        elif isinstance(value, int | float) and _is_out_of_range(name, value):
            yield name, f"`{name}` takes {allowed(name)}, not {value:g}"


def allowed(name: str) -> str:
    """What a hyperparameter takes, in words."""
    kind = next(field.type for field in inputs_of(Hyperparameters) if field.name == name)
    if kind == Effort | None:
        return "low, medium, high, default or auto"
    is_whole, most, zero = kind == Whole | None, _MOST.get(name), name in _MAY_BE_ZERO
    noun = "a whole number" if is_whole else "a number"
    if is_whole:
        return f"{noun} of 1 to {most}, or auto" if most else f"{noun} of 1 or more, or auto"
    least = "0 or more" if zero else "more than 0"
    return f"{noun}, {least}{f' and at most {most}' if most else ''}, or auto"


def _is_out_of_range(name: str, value: float) -> bool:
    most = _MOST.get(name)
    large_enough = value > 0 or (value == 0 and name in _MAY_BE_ZERO)
    return not large_enough or value > (math.inf if most is None else most) or math.isinf(value)
