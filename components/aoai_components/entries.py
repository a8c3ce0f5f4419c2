"""The entries of a stack's YAML, with their keys read off the declarations of the resources.

An input of a resource is a key here under its own name in camelCase. Only what YAML writes in
another way is listed here: an account or a model by its key, a file by its path.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import msgspec

from aoai.resources.declaration import InputField, inputs_of
from aoai.resources.deployment_inputs import DeploymentOptions
from aoai.resources.file_inputs import FileSource
from aoai.resources.fine_tuned_model import FineTunedModelArgs
from aoai.resources.hyperparameters import Hyperparameters, allowed
from aoai.resources.job_inputs import FineTuningJobArgs, TrainingOptions
from aoai.resources.job_waiter import Wait
from aoai.results.metrics import METRICS
from aoai_components.config_errors import TAKES

T = TypeVar("T")
Field = tuple[str, Any] | tuple[str, Any, Any]


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base: camelCase in the stack's file, as everywhere in Pulumi; a typo is an error."""


def camel(name: str) -> str:
    """``deployment_name`` as ``deploymentName``."""
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def described(kind: Any, about: str, takes: str = "") -> Any:
    """A type with what it means, for the JSON Schema, and what it takes in words, for an error."""
    return Annotated[kind, msgspec.Meta(description=about, extra={TAKES: takes} if takes else None)]


def _key(field: InputField) -> Field:
    group = field.declared.group
    kind = _GROUPS[group] | None if group else field.type
    if field.declared.choices:
        kind = Annotated[kind, msgspec.Meta(extra_json_schema={"enum": [*field.declared.choices]})]
    takes = allowed(field.name) if field in inputs_of(Hyperparameters) else ""
    return (field.name, described(kind, field.declared.about, takes), field.default)


def entry_of(name: str, options: type[Any], *more: Field, **wider: Any) -> Any:
    """The struct of an entry: a key for each input that ``options`` declares, and more.

    Args:
        name: the struct's name.
        options: the class that declares the inputs.
        more: keys that are no input.
        wider: types of keys that take more in YAML than the input does.
    """
    keys = [
        _key(replace(field, type=wider.get(field.name, field.type)))
        for field in inputs_of(options)
        if not field.declared.computed
    ]
    return msgspec.defstruct(name, [*more, *keys], bases=(Entry,), kw_only=True, frozen=True)


def _checkpoint() -> Iterator[Field]:
    """The choice of a checkpoint; its metric has the API's name in camelCase."""
    for field in inputs_of(FineTunedModelArgs):
        if field.name == "checkpoint":
            yield _key(field)
        elif field.name == "checkpoint_metric":
            choices = tuple(camel(name) for name in field.declared.choices)
            yield _key(replace(field, declared=replace(field.declared, choices=choices)))


HyperparametersEntry = entry_of("HyperparametersSettings", Hyperparameters)
_GROUPS: dict[type[Any], Any] = {Hyperparameters: HyperparametersEntry}
# A version is a text, and YAML reads 2 as a number.
FileEntry = entry_of("FileSettings", FileSource, content_version=str | int | None)


class ReadinessSettings(Entry, frozen=True, kw_only=True):
    """Why a model is trained, and who answers for it: tags of each of its deployments.

    Attributes:
        use_case: what the model is for.
        baseline: what it is compared with, and how good that is.
        target_metric: the metric and the value that it has to reach.
        owner: who answers for it.
    """

    use_case: str | None = None
    baseline: str | None = None
    target_metric: str | None = None
    owner: str | None = None

    @property
    def tags(self) -> dict[str, str]:
        """The answers that are given, as tags."""
        answers: dict[str, str | None] = msgspec.to_builtins(self)
        return {name: answer for name, answer in answers.items() if answer is not None}


class BaseModelSettings(Entry, frozen=True, kw_only=True):
    """Another model of the stack, to train it further.

    Attributes:
        model: that model, by its key under ``models``.
    """

    model: str


def _existing(kind: type[Any], name: str) -> Field:
    return next(_key(field) for field in inputs_of(kind) if field.name == name)


WAIT_ABOUT = (
    "`block` until its job has ended, or `detach`: the update ends when the job is submitted, a "
    "later one makes the model, and the one before it serves until then."
)
"""What `wait` does, of a stack and of a model."""

ModelEntry = entry_of(
    "ModelSettings",
    TrainingOptions,
    ("account", described(str, "The account that trains it, by its key under `accounts`.")),
    (
        "base_model",
        described(
            str | BaseModelSettings | None,
            "The model to start from, with its date; a fine-tuned model or checkpoint of the "
            "account, to train it further; or `model: KEY`, another model of this stack.",
        ),
        None,
    ),
    (
        "training_file",
        described(str | FileEntry | None, "A JSONL file, relative to the project, or a map."),
        None,
    ),
    (
        "validation_file",
        described(str | FileEntry | None, "The same for what the model is measured on."),
        None,
    ),
    _existing(FineTuningJobArgs, "existing_job_id"),
    _existing(FineTunedModelArgs, "existing_model"),
    *_checkpoint(),
    ("wait", described(Wait | None, WAIT_ABOUT), None),
    (
        "deadline",
        described(str | None, "How long an update waits for its job at most, such as `36h`."),
        None,
    ),
    (
        "readiness",
        described(
            ReadinessSettings | None,
            "`useCase`, `baseline`, `targetMetric`, `owner`: tags of each of its deployments.",
        ),
        None,
    ),
    grader=dict[str, Any] | str | None,
)

DeploymentEntry = entry_of(
    "DeploymentSettings",
    DeploymentOptions,
    ("model", described(str, "The model, by its key under `models`.")),
    ("account", described(str, "The account that serves it, by its key under `accounts`.")),
)


def options(kind: type[T], entry: Any) -> T:
    """The options of a resource that an entry states; a group as a map of what is given."""
    values = {
        field.name: getattr(entry, field.name)
        for field in inputs_of(kind)
        if not field.declared.computed
    }
    return kind(**{name: _plain(value) for name, value in values.items()})


def deployment_options(entry: Any, model: Any = None) -> DeploymentOptions:
    """The options that a deployment states; its own tags win over the readiness of its model."""
    stated = options(DeploymentOptions, entry)
    if model is None or model.readiness is None:
        return stated
    return replace(stated, tags={**model.readiness.tags, **(entry.tags or {})})


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {k: v for k, v in msgspec.structs.asdict(value).items() if v is not None}
    return value


def given(values: Any) -> Mapping[str, Any]:
    """The fields of a dataclass that have a value."""
    fields = {field.name: getattr(values, field.name) for field in dataclasses.fields(values)}
    return {name: value for name, value in fields.items() if value is not None}


def step_of(checkpoint: str | int) -> str | int:
    """A step in quotes is a number too."""
    text = str(checkpoint)
    return int(text) if text.isdecimal() else text


def metric_of(name: str | None) -> str | None:
    """``validLoss`` as ``valid_loss``, the API's name."""
    return None if name is None else re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def source_of(file: Any) -> FileSource:
    """A file's source; a plain path is the same as ``path`` alone."""
    source = options(FileSource, FileEntry(path=file) if isinstance(file, str) else file)
    version = source.content_version
    return source if version is None else replace(source, content_version=str(version))


_ENTRIES = (ModelEntry, DeploymentEntry, FileEntry, HyperparametersEntry)
_SETTINGS = {key.name for entry in _ENTRIES for key in msgspec.structs.fields(entry)} | set(METRICS)
_NAME = re.compile(r"(?<=`)[a-z0-9_]+(?=`)")


def in_settings_words(text: str) -> str:
    """A sentence about inputs, as the stack's file names them; values stay as they are."""
    return _NAME.sub(lambda name: camel(name[0]) if name[0] in _SETTINGS else name[0], text)
