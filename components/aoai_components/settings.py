"""A stack's settings: the only reader of its configuration.

Every mistake is found at once, and each is shown with its key in the stack's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aoai.azure.account import Account
from aoai.catalog import Catalog
from aoai.resources.hyperparameters import CHOSEN, METHODS
from aoai.resources.job_inputs import TrainingOptions
from aoai.resources.model_deployment import DeploymentOptions
from aoai.resources.training_file import FileSource
from aoai_components.account_settings import AccountSettings, CreateSettings, locate
from aoai_components.catalog_settings import read_catalog
from aoai_components.config_errors import did_you_mean, read_entry, reference
from aoai_components.created_accounts import create_problems
from aoai_components.entries import (
    DeploymentEntry,
    Entry,
    ModelEntry,
    deployment_options,
    given,
    metric_of,
    options,
    source_of,
    step_of,
)
from aoai_components.grader_file import with_graders
from aoai_components.provider_checks import (
    contradicting,
    deployment_problems,
    file_problems,
    model_problems,
    shared_names,
)

TRAINING, VALIDATION = "trainingFile", "validationFile"


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """A model to train, and where.

    Attributes:
        account: the account that trains it, by its key under ``accounts``.
        base_model: the model to start from.
        files: where its data comes from, by the setting that names it.
        checkpoint: which one to serve.
        checkpoint_metric: what the best one goes by, as the API names it.
        options: how it is trained.
    """

    account: str
    base_model: str
    files: Mapping[str, FileSource]
    checkpoint: str | int
    options: TrainingOptions
    checkpoint_metric: str | None = None

    @property
    def paths(self) -> dict[str, str]:
        """The local files by the setting that names them."""
        return {k: str(file.path) for k, file in self.files.items() if file.path is not None}

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


@dataclass(frozen=True, kw_only=True)
class DeploymentSettings:
    """A place where a model is served.

    Attributes:
        model: the model, by its key under ``models``.
        account: the account that serves it, by its key under ``accounts``.
        options: how it is served.
    """

    model: str
    account: str
    options: DeploymentOptions

    @property
    def sku(self) -> str:
        """The SKU that is asked for, as text."""
        return str(self.options.sku)


OBJECTS = ("accounts", "models", "deployments", "prices", "catalog")
"""The keys whose values are maps."""

KEYS = ("cloud", "pollInterval", *OBJECTS)
"""All keys of a stack."""

POLL_INTERVAL = 15.0
"""Seconds between two looks at an account's jobs: training takes minutes to hours."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that a stack's file states."""

    accounts: Mapping[str, Account]
    models: Mapping[str, ModelSettings]
    deployments: Mapping[str, DeploymentSettings]
    created: Mapping[str, CreateSettings]
    catalog: Catalog
    poll_interval: float = POLL_INTERVAL

    def account_of(self, deployment: str) -> Account:
        """The account that a deployment, by its key, is served from."""
        return self.accounts[self.deployments[deployment].account]


def listed(problems: list[str]) -> str:
    """What is wrong with the settings, as a list under a headline."""
    text = "\n".join(f"  - {problem}" for problem in problems)
    return f"the stack's configuration is not valid:\n{text}"


def gather_settings(
    config: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and everything that is wrong with them."""
    problems = [
        f"{key}: there is no such key{did_you_mean(key, KEYS)}"
        for key in config.get("keys", ())
        if key not in KEYS
    ]
    accounts = _read_all("accounts", AccountSettings, config, problems)
    entries = with_graders(_read_all("models", ModelEntry, config, problems), problems)
    models = {key: model_of(entry) for key, entry in entries.items()}
    deployments = {
        key: DeploymentSettings(
            model=entry.model,
            account=entry.account,
            options=deployment_options(entry, entries.get(entry.model)),
        )
        for key, entry in _read_all("deployments", DeploymentEntry, config, problems).items()
    }
    for key, model in models.items():
        problems += _model_problems(f"models.{key}", model, config)
    for key, deployment in deployments.items():
        problems += _deployment_problems(f"deployments.{key}", deployment, config)
    interval = config.get("poll_interval")
    if interval is not None and interval < 1:
        problems.append("pollInterval: at least 1 second; the service limits requests")
    for key, account in accounts.items():
        if account.create is not None:
            problems += create_problems(f"accounts.{key}.create", account.create)
    located = locate(str(config.get("cloud") or "public"), accounts, environment, problems)
    problems += [*contradicting(located), *_shared_names(deployments, located)]
    settings = Settings(
        accounts=located,
        models=models,
        deployments=deployments,
        created={key: account.create for key, account in accounts.items() if account.create},
        catalog=read_catalog(config, problems),
        poll_interval=interval or POLL_INTERVAL,
    )
    return settings, problems


def _shared_names(
    deployments: Mapping[str, DeploymentSettings], located: Mapping[str, Account]
) -> Iterator[str]:
    yield from shared_names(
        (key, located[deployment.account].key, str(deployment.options.deployment_name))
        for key, deployment in deployments.items()
        if deployment.options.deployment_name is not None and deployment.account in located
    )


def model_of(entry: Any) -> ModelSettings:
    """The model that an entry of the stack's YAML states."""
    files = {TRAINING: entry.training_file, VALIDATION: entry.validation_file}
    return ModelSettings(
        account=entry.account,
        base_model=entry.base_model,
        files={name: source_of(file) for name, file in files.items() if file is not None},
        checkpoint=step_of(entry.checkpoint),
        checkpoint_metric=metric_of(entry.checkpoint_metric),
        options=options(TrainingOptions, entry),
    )


T = TypeVar("T", bound=Entry)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")  # it becomes the name of resources


def _read_all(
    section: str, kind: type[T], config: Mapping[str, Any], problems: list[str]
) -> dict[str, T]:
    """The entries of one section that can be read; what is wrong is noted."""
    raw = config.get(section) or {}
    if not isinstance(raw, Mapping):
        problems.append(f"{section}: a map from names to settings is expected")
        return {}
    problems += [
        f"{section}: the key {key!r} takes 1 to 60 of a-z A-Z 0-9 . _ -"
        for key in raw
        if not _KEY.fullmatch(str(key))
    ]
    entries = {
        key: read_entry(f"{section}.{key}", value, kind, problems) for key, value in raw.items()
    }
    return {key: entry for key, entry in entries.items() if entry is not None}


def _model_problems(where: str, model: ModelSettings, config: Mapping[str, Any]) -> Iterator[str]:
    yield from reference(f"{where}.account", model.account, config.get("accounts"))
    if not model.base_model.strip():
        yield f"{where}.baseModel: write the name of a base model, such as gpt-4.1-mini-2025-04-14"
    if len(model.files) > len(set(model.files.values())):
        yield f"{where}.{VALIDATION}: the same file as {TRAINING}, which measures nothing"
    for name, file in model.files.items():
        yield from file_problems(f"{where}.{name}", given(file))
    checked = {**given(model.options), "checkpoint": model.checkpoint}
    if model.checkpoint_metric is not None:
        checked["checkpoint_metric"] = model.checkpoint_metric
    if VALIDATION in model.files:
        checked["validation_file"] = "file"  # its id is not known before it is uploaded
    yield from model_problems(where, checked)


def _deployment_problems(
    where: str, deployment: DeploymentSettings, config: Mapping[str, Any]
) -> Iterator[str]:
    yield from reference(f"{where}.model", deployment.model, config.get("models"))
    yield from reference(f"{where}.account", deployment.account, config.get("accounts"))
    yield from deployment_problems(where, given(deployment.options))
