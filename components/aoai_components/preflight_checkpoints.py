"""Checkpoints that a training which is over has not left, by what the state holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aoai.conversion import convert
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model_state import Checkpoint, choices
from aoai.resources.pending import STILL_TO_COME
from aoai.resources.props import plain
from aoai.results.checkpoint_choice import choose
from aoai_components.planned_changes import ModelChange
from aoai_components.prior_state import PriorState, Properties
from aoai_components.settings import Settings


def checkpoint_problems(
    settings: Settings, models: Mapping[str, ModelChange], prior: PriorState
) -> Iterator[str]:
    """Choices that the provider will refuse, for models that are not trained again.

    Args:
        settings: the stack.
        models: what the update does to its models.
        prior: what the state holds.
    """
    for key, change in models.items():
        held = prior.of("FineTunedModel", key)
        if change.change != "same" or held is None:
            continue
        model = settings.models[key]
        name = str(held.get("fine_tuned_model") or STILL_TO_COME)
        if name == STILL_TO_COME or ":" in (model.existing_model or ""):
            continue
        try:
            choose(name.partition(":")[0], choices(_stored(held)), *_wanted(settings, key))
        except ConfigurationError as error:
            yield f"models.{key}.checkpoint: {error}"


def _wanted(settings: Settings, key: str) -> tuple[str | int, str | None]:
    model = settings.models[key]
    return model.checkpoint, model.checkpoint_metric


def _stored(held: Properties) -> list[Checkpoint]:
    return convert(plain(held.get("checkpoints") or []), list[Checkpoint])
