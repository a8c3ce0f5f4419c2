"""A stack's settings: the only reader of its configuration.

Every mistake is found at once, and each is told with the key that stands in the stack's file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from aoai.azure.account import Account
from aoai.errors import ConfigurationError
from aoai_components.clouds import find_cloud
from aoai_components.config_errors import did_you_mean, faults, read_entry, reference
from aoai_components.file_settings import FileSettings
from aoai_components.provider_checks import deployment_problems, model_problems, shared_names

TRAINING, VALIDATION = "trainingFile", "validationFile"


class _Settings(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Base: camelCase in the stack's file, as everywhere in Pulumi; a typo is an error."""


class CreateSettings(_Settings, frozen=True, kw_only=True):
    """An account that the stack makes, with pulumi-azure-native.

    Attributes:
        kind: ``OpenAI`` or ``AIServices``.
        sku: its price tier.
        public_network_access: ``Enabled`` or ``Disabled``.
        tags: its tags.
    """

    kind: str = "OpenAI"
    sku: str = "S0"
    public_network_access: str = "Enabled"
    tags: dict[str, str] | None = None


class AccountSettings(_Settings, frozen=True, kw_only=True):
    """An Azure OpenAI account, one that exists unless ``create`` is given.

    Attributes:
        id: its ARM id.
        tenant_id: the Entra tenant of its subscription.
        location: its region, for example ``swedencentral``.
        endpoint: where its data plane answers, if that does not follow from its name.
        create: make it, in a resource group that exists.
    """

    id: str
    tenant_id: str
    location: str
    endpoint: str | None = None
    create: CreateSettings | None = None


class HyperparameterSettings(_Settings, frozen=True, kw_only=True):
    """What is fixed by hand; the service chooses the rest from the data.

    Attributes:
        n_epochs: how often the training file is gone through.
        batch_size: examples in one step.
        learning_rate_multiplier: scales the rate at which the model learns.
    """

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None


class ModelSettings(_Settings, frozen=True, kw_only=True):
    """A model to train, and where.

    What is not described here goes to ``FineTuningJobArgs`` and ``FineTunedModelArgs`` as it is.

    Attributes:
        account: the account that trains it, by its key under ``accounts``.
        base_model: the model to start from, with its date.
        training_file: a JSONL file, relative to the project, or a map: see below.
        validation_file: the same for the data that the model is measured on.
        hyperparameters: see below; what is left out is chosen by the service.
    """

    account: str
    base_model: str
    training_file: str | FileSettings
    validation_file: str | FileSettings | None = None
    hyperparameters: HyperparameterSettings = HyperparameterSettings()
    suffix: str | None = None
    seed: int | None = None
    training_type: str | None = None
    generation: int = 1
    checkpoint: str | int = "final"
    on_delete: str = "cancel"

    @property
    def paths(self) -> dict[str, str]:
        """The local files by the setting that names them."""
        return {name: file.path for name, file in self.files.items() if file.path is not None}

    @property
    def files(self) -> dict[str, FileSettings]:
        """The files by the setting that names them."""
        given = {TRAINING: self.training_file, VALIDATION: self.validation_file}
        return {name: FileSettings.of(file) for name, file in given.items() if file is not None}


class DeploymentSettings(_Settings, frozen=True, kw_only=True):
    """A place where a model is served.

    What is not described here goes to ``ModelDeploymentArgs`` as it stands.

    Attributes:
        model: the model, by its key under ``models``.
        account: the account that serves it, by its key under ``accounts``.
    """

    model: str
    account: str
    deployment_name: str | None = None
    sku: str = "Standard"
    capacity: int = 1
    rai_policy_name: str | None = None
    version_upgrade_option: str | None = None
    tags: dict[str, str] | None = None
    on_model_change: str = "update"
    redeploy: bool = False
    adopt: bool = False


OBJECTS = ("accounts", "models", "deployments", "prices")
"""The keys whose values are maps."""

KEYS = ("cloud", "pollInterval", *OBJECTS)
"""All keys of a stack."""

POLL_INTERVAL = 15.0
"""Seconds between two looks at an account's jobs: training takes minutes to hours."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that a stack says."""

    accounts: dict[str, Account]
    models: dict[str, ModelSettings]
    deployments: dict[str, DeploymentSettings]
    created: dict[str, CreateSettings]
    prices: Mapping[str, float]
    poll_interval: float = POLL_INTERVAL

    def serving(self, deployment: str) -> Account:
        """The account that a deployment, by its key, is served from."""
        return self.accounts[self.deployments[deployment].account]


def read_settings(
    config: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read ``cloud``, ``poll_interval``, the maps of ``OBJECTS``, and ``keys``, all that are given.

    Raises:
        ConfigurationError: lists everything that is wrong.
    """
    settings, problems = gather_settings(config, environment)
    if problems:
        raise ConfigurationError(listed(problems))
    return settings


def listed(problems: list[str]) -> str:
    """What is wrong with the settings, as a list under a headline."""
    text = "\n".join(f"  - {problem}" for problem in problems)
    return f"the stack's configuration cannot be right:\n{text}"


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
    models = _read_all("models", ModelSettings, config, problems)
    deployments = _read_all("deployments", DeploymentSettings, config, problems)
    for key, model in models.items():
        problems += _model_problems(f"models.{key}", model, config)
    for key, deployment in deployments.items():
        problems += _deployment_problems(f"deployments.{key}", deployment, config)
    prices = _read_prices(config.get("prices"), problems)
    interval = config.get("poll_interval")
    if interval is not None and interval < 1:
        problems.append("pollInterval: at least 1 second; the service limits requests")
    located = _locate(str(config.get("cloud") or "public"), accounts, environment, problems)
    problems += shared_names(
        (key, located[deployment.account].id, deployment.deployment_name)
        for key, deployment in deployments.items()
        if deployment.deployment_name is not None and deployment.account in located
    )
    settings = Settings(
        accounts=located,
        models=models,
        deployments=deployments,
        created={key: account.create for key, account in accounts.items() if account.create},
        prices=prices,
        poll_interval=interval or POLL_INTERVAL,
    )
    return settings, problems


T = TypeVar("T", bound=_Settings)


def _read_all(
    section: str, kind: type[T], config: Mapping[str, Any], problems: list[str]
) -> dict[str, T]:
    """The entries of one section that can be read; what is wrong is noted."""
    raw = config.get(section) or {}
    if not isinstance(raw, Mapping):
        problems.append(f"{section}: a map from names to settings is expected")
        return {}
    entries = {
        key: read_entry(f"{section}.{key}", value, kind, problems) for key, value in raw.items()
    }
    return {key: entry for key, entry in entries.items() if entry is not None}


def _read_prices(raw: Any, problems: list[str]) -> dict[str, float]:
    """USD for a million training tokens, by model family; they replace those that are built in."""
    kind = dict[str, Annotated[float, msgspec.Meta(gt=0)]]
    found = list(faults("prices", raw or {}, kind))
    problems += found
    return {} if found else msgspec.convert(raw or {}, kind)


def _model_problems(where: str, model: ModelSettings, config: Mapping[str, Any]) -> Iterator[str]:
    yield from reference(f"{where}.account", model.account, config.get("accounts"))
    for name, file in model.files.items():
        yield from (f"{where}.{name}: {said}" for said in file.problems())
    given = msgspec.structs.asdict(model)
    given["hyperparameters"] = msgspec.structs.asdict(model.hyperparameters)
    yield from model_problems(where, given)


def _deployment_problems(
    where: str, deployment: DeploymentSettings, config: Mapping[str, Any]
) -> Iterator[str]:
    yield from reference(f"{where}.model", deployment.model, config.get("models"))
    yield from reference(f"{where}.account", deployment.account, config.get("accounts"))
    yield from deployment_problems(where, msgspec.structs.asdict(deployment))


def _locate(
    cloud: str,
    accounts: Mapping[str, AccountSettings],
    environment: Mapping[str, str],
    problems: list[str],
) -> dict[str, Account]:
    """The accounts with the addresses of their cloud."""
    try:
        find_cloud(cloud, "", environment)
    except ConfigurationError as error:
        problems.append(f"cloud: {error}")
        cloud = "public"  # so that the accounts are judged too
    located = {}
    for key, settings in accounts.items():
        try:
            located[key] = _account(cloud, settings, environment)
        except ConfigurationError as error:
            said = str(error).replace("tenant_id", "tenantId")
            problems.append(f"accounts.{key}: {said}")
    return located


def _account(cloud: str, settings: AccountSettings, environment: Mapping[str, str]) -> Account:
    name = settings.id.rstrip("/").rsplit("/", 1)[-1]
    where, endpoint = find_cloud(cloud, name, environment)
    return Account(
        id=settings.id,
        endpoint=settings.endpoint or endpoint,
        tenant_id=settings.tenant_id,
        location=settings.location,
        cloud=where,
    )
