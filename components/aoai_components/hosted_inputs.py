"""Inputs of the plugin that are inputs of a resource: types and texts from their declarations.

Pulumi reads a component's schema off annotations, and its texts off the source of the class. What
is declared elsewhere has no source there, so its text is put into the schema afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, cast, get_args, get_origin

import pulumi

from aoai.resources.declaration import InputField, inputs_of
from aoai.resources.deployment_inputs import DeploymentOptions
from aoai.resources.fine_tuned_model import FineTunedModelArgs
from aoai.resources.hyperparameters import Hyperparameters
from aoai.resources.job_inputs import FineTuningJobArgs, TrainingOptions
from aoai_components.entries import camel, in_settings_words


def _named(kind: type[Any], *names: str) -> tuple[InputField, ...]:
    return tuple(field for field in inputs_of(kind) if field.name in names)


HYPERPARAMETERS = inputs_of(Hyperparameters)
TRAINING = tuple(field for field in inputs_of(TrainingOptions) if field.declared.group is None)
ORIGIN = _named(FineTuningJobArgs, "existing_job_id") + _named(FineTunedModelArgs, "existing_model")
CHOICE = _named(FineTunedModelArgs, "checkpoint", "checkpoint_metric")
SERVING = tuple(field for field in inputs_of(DeploymentOptions) if not field.declared.computed)

MODEL_INPUTS = (*ORIGIN, *TRAINING, *HYPERPARAMETERS, *CHOICE)
"""A hyperparameter is an input of its own: a map would be an output as soon as a value of it is."""


def kind_of(field: InputField) -> Any:
    """The type of an input in the schema, which has no unions: text, number, flag or map."""
    kinds = [each for each in (get_args(field.type) or (field.type,)) if each is not type(None)]
    if get_origin(field.type) is dict:
        return field.type
    for simple in (str, int, float, bool):
        if simple in kinds:
            return simple
    return next((each for each in kinds if get_origin(each) is dict), str)


def inputs_type(name: str, fields: Iterable[InputField], *, plain: bool = False) -> Any:
    """A TypedDict of optional inputs.

    Args:
        name: of the type.
        fields: the declarations.
        plain: values are known when the component is made, as inside of a map of maps.
    """
    # For a type checker a type that is worked out is no type.
    optional, wrapped = cast("Any", NotRequired), cast("Any", pulumi.Input)
    kinds = {field.name: kind_of(field) for field in fields}
    hints = {key: optional[kind if plain else wrapped[kind]] for key, kind in kinds.items()}
    return TypedDict(name, hints)  # type: ignore[operator] # made from declarations


def with_texts(schema: str) -> str:
    """The schema with a text for each input that is declared by a resource."""
    content = json.loads(schema)
    for resource in content["resources"].values():
        _describe(resource["inputProperties"], MODEL_INPUTS)
    for kind in content["types"].values():
        _describe(kind["properties"], SERVING)
    return json.dumps(content)


def _describe(properties: Mapping[str, Any], fields: Iterable[InputField]) -> None:
    texts = {camel(field.name): _text(field) for field in fields}
    for name, shown in properties.items():
        if name in texts:
            shown["description"] = texts[name]


def _text(field: InputField) -> str:
    default = field.default
    last = f" Default: `{default}`." if isinstance(default, str | int) and default else ""
    return in_settings_words(field.declared.about) + last


def given(args: Mapping[str, Any], fields: Iterable[InputField]) -> dict[str, Any]:
    """The inputs that have a value; all numbers arrive as floating-point numbers."""
    return {
        field.name: _of_kind(args[field.name], kind_of(field))
        for field in fields
        if args.get(field.name) is not None
    }


def _of_kind(value: Any, kind: Any) -> Any:
    """A number as what it is, now or once it is known; anything else as it came."""
    if kind not in (int, float):
        return value
    return value.apply(kind) if isinstance(value, pulumi.Output) else kind(value)
