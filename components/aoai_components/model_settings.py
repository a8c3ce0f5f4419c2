"""A model of the stack's file: trained from a base model, from another model, or taken in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from aoai.azure.https_url import split_url
from aoai.catalog import base_name
from aoai.dataset.rules.image_urls import is_private
from aoai.errors import ConfigurationError
from aoai.resources.duration import parse_duration
from aoai.resources.file_inputs import FileSource
from aoai.resources.file_sources import path_problem
from aoai.resources.hyperparameters import CHOSEN, METHODS
from aoai.resources.job_inputs import TrainingOptions
from aoai.resources.job_waiter import Wait
from aoai_components.config_errors import did_you_mean, reference
from aoai_components.entries import (
    BaseModelSettings,
    ModelEntry,
    given,
    metric_of,
    options,
    source_of,
    step_of,
)
from aoai_components.provider_checks import file_problems, job_problems, tuned_model_problems

TRAINING, VALIDATION = "trainingFile", "validationFile"

BASE, EXISTING_JOB, EXISTING_MODEL = "baseModel", "existingJobId", "existingModel"
_ORIGIN_KEYS = (BASE, TRAINING, VALIDATION, EXISTING_JOB, EXISTING_MODEL)
_KEYS = tuple(field.encode_name for field in msgspec.structs.fields(ModelEntry))
ORIGINS = ((BASE, TRAINING), (EXISTING_JOB,), (EXISTING_MODEL,))
"""The keys that say where a model comes from: all of exactly one of these."""

_WRITE_BASE = "write the name of a base model, such as gpt-4.1-mini-2025-04-14"
_ORIGINS = "give `baseModel` and `trainingFile`, or one of `existingJobId` and `existingModel`"


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """A model, and where it comes from.

    Attributes:
        account: the account that holds it, by its key under ``accounts``.
        base_model: the model that it is trained from, by the name of its base model; empty if
            that is not known here.
        starts_from: the model to start from as it is written, if it is no other one of the stack.
        continues: the model of the stack that it is trained further from, by its key.
        existing_job_id: the job to take in, in place of a training.
        existing_model: the fine-tuned model to take in, in place of a training.
        files: where its data comes from, by the setting that names it.
        checkpoint: which one to serve.
        checkpoint_metric: what the best one goes by, as the API names it.
        wait: what an update does about its job; as for the stack if left out.
        deadline: how long it waits at most, as written; as for the stack if left out.
        options: how it is trained.
    """

    account: str
    base_model: str
    starts_from: str | None = None
    continues: str | None = None
    existing_job_id: str | None = None
    existing_model: str | None = None
    files: Mapping[str, FileSource]
    checkpoint: str | int
    checkpoint_metric: str | None = None
    wait: Wait | None = None
    deadline: str | None = None
    options: TrainingOptions

    @property
    def is_taken_in(self) -> bool:
        """Whether it is in the account already, and nothing is trained."""
        return self.existing_job_id is not None or self.existing_model is not None

    @property
    def paths(self) -> dict[str, str]:
        """The local files by the setting that names them; a path that cannot be one is left out."""
        paths = {k: str(file.path) for k, file in self.files.items() if file.path is not None}
        return {k: path for k, path in paths.items() if not path_problem(path)}

    @property
    def n_epochs(self) -> int | None:
        """The epochs that are fixed, if they are."""
        hyperparameters: Any = self.options.hyperparameters or {}
        epochs = hyperparameters.get("n_epochs")
        return None if epochs in CHOSEN else epochs

    @property
    def method(self) -> str:
        """How it is trained; of a method that does not exist the settings tell elsewhere."""
        method = str(self.options.method)
        return method if method in METHODS else METHODS[0]

    @property
    def training_type(self) -> str | None:
        """The training type that is asked for, if one is."""
        return None if self.options.training_type is None else str(self.options.training_type)


def model_of(entry: Any) -> ModelSettings:
    """The model that an entry of the stack's YAML states."""
    files = {TRAINING: entry.training_file, VALIDATION: entry.validation_file}
    start = entry.base_model
    other = isinstance(start, BaseModelSettings)
    return ModelSettings(
        account=entry.account,
        base_model=base_name(str((None if other else start) or entry.existing_model or "")),
        starts_from=None if other else start,
        continues=start.model if other else None,
        existing_job_id=entry.existing_job_id,
        existing_model=entry.existing_model,
        files={name: source_of(file) for name, file in files.items() if file is not None},
        checkpoint=step_of(entry.checkpoint),
        checkpoint_metric=metric_of(entry.checkpoint_metric),
        wait=entry.wait,
        deadline=entry.deadline,
        options=options(TrainingOptions, entry),
    )


def model_problems(where: str, model: ModelSettings, config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a model by itself, with its key."""
    yield from reference(f"{where}.account", model.account, config.get("accounts"))
    if model.continues is not None:
        yield from reference(f"{where}.baseModel.model", model.continues, config.get("models"))
    if _measures_nothing(model):
        yield f"{where}.{VALIDATION}: the same file as {TRAINING}, which measures nothing"
    for name, file in model.files.items():
        found = list(file_problems(f"{where}.{name}", given(file)))
        if file.content_url is not None and not found and config.get("cloud") != "emulator":
            found += private_problems(f"{where}.{name}", str(file.content_url))
        yield from found
    yield from deadline_problems(f"{where}.deadline", model.deadline)
    yield from job_problems(where, _job_inputs(model))
    chosen = {"existing_model": model.existing_model, "checkpoint_metric": model.checkpoint_metric}
    asked = {name: value for name, value in chosen.items() if value is not None}
    origin = {} if model.existing_model is not None else {"job_id": "job"}
    yield from tuned_model_problems(where, {**origin, **asked, "checkpoint": model.checkpoint})


def _measures_nothing(model: ModelSettings) -> bool:
    """Whether both files are one, however their paths are written."""
    paths = [os.path.realpath(path) for path in model.paths.values()]
    return len({*paths}) < len(paths) or len(set(model.files.values())) < len(model.files)


def deadline_problems(where: str, deadline: str | None) -> Iterator[str]:
    """What is wrong with a deadline, with its key."""
    try:
        if deadline is not None:
            parse_duration(deadline)
    except ConfigurationError as error:
        yield f"{where}: {error}"


def private_problems(where: str, url: str) -> Iterator[str]:
    """That the service cannot fetch a URL, as its host is not public."""
    parts = split_url(url)
    if parts and parts.hostname and is_private(parts.hostname):
        yield (
            f"{where}: `contentUrl`: {parts.hostname} is not a public host, so the service cannot "
            "fetch from it; give a `path`, or a public address"
        )


def origin_problems(where: str, raw: Any, models: Iterable[Any] = ()) -> Iterator[str]:
    """What is wrong with where a model comes from, by the keys of its entry as they are written.

    A key that is mistyped, or whose value is not valid, was meant all the same.

    Args:
        where: the model's place.
        raw: its entry.
        models: the keys of all models.
    """
    if not isinstance(raw, Mapping):
        return
    written = {key for key, value in raw.items() if value is not None}
    keys = {key for key in _ORIGIN_KEYS if key in written or _is_meant(key, written)}
    trains = bool(keys & {BASE, TRAINING, VALIDATION})
    if trains + len(keys & {EXISTING_JOB, EXISTING_MODEL}) != 1:
        yield f"{where}: {_ORIGINS}"
    elif trains:
        yield from (f"{where}: `{key}` is missing" for key in (BASE, TRAINING) if key not in keys)
    if isinstance(start := raw.get(BASE), str) and start in models:
        yield f"{where}.{BASE}: to train `{start}` further, write `{BASE}: {{model: {start}}}`"
    elif isinstance(start, str) and start.split() != [start]:
        given = f", without blanks: {start!r}" if start.strip() else ""
        yield f"{where}.{BASE}: {_WRITE_BASE}{given}"


def _is_meant(key: str, written: Iterable[Any]) -> bool:
    unknown = [str(each) for each in written if each not in _KEYS]
    return any(did_you_mean(each, _KEYS) == did_you_mean(key, _KEYS) for each in unknown)


def _job_inputs(model: ModelSettings) -> dict[str, Any]:
    """The inputs of its job, with words in place of what is known only later."""
    inputs = dict(given(model.options))
    if model.existing_job_id is not None:
        return {**inputs, "existing_job_id": model.existing_job_id}
    if model.existing_model is not None:
        # There is no job: its inputs are refused as they are beside one that is taken in.
        return {**inputs, "existing_job_id": model.existing_model.strip() or "model"}
    inputs |= {"model": model.base_model or "model", "training_file": "file"}
    return {**inputs, **({"validation_file": "file"} if VALIDATION in model.files else {})}
