"""The method and the hyperparameters of a job, as they are asked for and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.errors import bad
from aoai_emulator.state.training_data import Facts

AUTO: Final = (None, "auto", -1)
_COMMON: Final = ("n_epochs", "batch_size", "learning_rate_multiplier")
_OWN: Final = {
    "supervised": ("prompt_loss_weight",),
    "dpo": ("beta", "l2_multiplier"),
    "reinforcement": (
        "eval_interval",
        "eval_samples",
        "compute_multiplier",
        "reasoning_effort",
    ),
}
_FILLED_IN: Final[dict[str, dict[str, Any]]] = {
    "dpo": {"beta": 0.1, "l2_multiplier": 0},
    "reinforcement": {"compute_multiplier": 1},
}
_GRADER_ORDER: Final = (
    "type",
    "name",
    "operation",
    "input",
    "reference",
    "pass_threshold",
    "range",
    "evaluation_metric",
    "model",
)
# OpenAI's cookbook on preparing chat data: a hundred examples are seen, 25,000 at most.
_EPOCHS, _MOST_EPOCHS, _FEWEST_SEEN, _MOST_SEEN = 3, 25, 100, 25_000
_EXAMPLES_PER_BATCH_UNIT: Final = 500


@dataclass(frozen=True)
class Chosen:
    """The hyperparameters of a job.

    Attributes:
        shown: those that the answer to the create shows, -1 where the service will choose.
        resolved: the same with the service's choices.
        epochs: passes over the training file.
        batch_size: examples of a step.
        rate: the learning rate multiplier.
    """

    shown: dict[str, Any]
    resolved: dict[str, Any]
    epochs: int
    batch_size: int
    rate: float


def choose(given: dict[str, Any], kind: str, base: BaseModel, facts: Facts) -> Chosen:
    """What a job is trained with; Refused for a value that cannot be."""
    for name in given:
        if name not in (*_COMMON, *_OWN[kind]):
            raise bad(f"Unrecognized hyperparameter supplied: {name}", f"hyperparameters.{name}")
    epochs = _whole(given, "n_epochs", default_epochs(facts.examples))
    batch = _whole(given, "batch_size", max(1, -(-facts.examples // _EXAMPLES_PER_BATCH_UNIT)))
    rate = _rate(given, base.rate)
    own = {name: value for name in _OWN[kind] if (value := _own(given, name, kind)) not in AUTO}
    shown = {
        "n_epochs": -1 if given.get("n_epochs") in AUTO else epochs,
        "batch_size": -1 if given.get("batch_size") in AUTO else batch,
        "learning_rate_multiplier": plain(rate),
    }
    resolved = {**shown, "n_epochs": epochs, "batch_size": batch} if base.chooses else shown
    return Chosen(own | shown, own | resolved, epochs, batch, rate)


def default_epochs(examples: int) -> int:
    """The epochs that the service chooses: 9 for 11 examples and 10 for 10 were recorded."""
    if examples * _EPOCHS < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // max(1, examples))
    if examples * _EPOCHS > _MOST_SEEN:
        return max(1, _MOST_SEEN // examples)
    return _EPOCHS


def plain(number: float) -> float:
    """A number as the service writes it: 1.0 is 1."""
    return int(number) if float(number).is_integer() else number


def shown_method(method: dict[str, Any], hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """The method of a job on the wire, with the hyperparameters of now.

    An empty inner part of ``supervised`` is dropped.
    """
    kind = method["type"]
    inner = method.get(kind) or {}
    if kind == "supervised":
        sent = inner.get("hyperparameters")
        return (
            {"type": kind, kind: {"hyperparameters": hyperparameters}} if sent else {"type": kind}
        )
    body: dict[str, Any] = {"hyperparameters": hyperparameters}
    if "grader" in inner:
        body["grader"] = _shown_grader(inner["grader"])
    if inner.get("response_format"):
        body["response_format"] = inner["response_format"]
    return {"type": kind, kind: body}


def _shown_grader(grader: dict[str, Any]) -> dict[str, Any]:
    grader = _plain_numbers(grader)
    filled = {"pass_threshold": 0, **grader} if grader.get("type") == "score_model" else grader
    order = {name: filled[name] for name in _GRADER_ORDER if name in filled}
    return order | {name: value for name, value in filled.items() if name not in order}


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain_numbers(each) for each in value]
    return plain(value) if isinstance(value, float) else value


def _own(given: dict[str, Any], name: str, kind: str) -> Any:
    value = given.get(name)
    if value in AUTO:
        return _FILLED_IN.get(kind, {}).get(name)
    return _plain_numbers(value)


def _whole(given: dict[str, Any], name: str, usual: int) -> int:
    value = given.get(name)
    if value in AUTO:
        return usual
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise bad(f"{name} must be a positive whole number.", f"hyperparameters.{name}")
    return value


def _rate(given: dict[str, Any], usual: float) -> float:
    value = given.get("learning_rate_multiplier")
    if value in AUTO:
        return usual
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        text = "learning_rate_multiplier must be a positive number."
        raise bad(text, "hyperparameters.learning_rate_multiplier")
    return float(value)
