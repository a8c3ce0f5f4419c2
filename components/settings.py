"""A stack's settings: the only reader of its configuration.

Every mistake is found at once, and each is told with the key that stands in the stack's file.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from aoai.azure.account import Account
from aoai.dataset import PRICES
from aoai.errors import ConfigurationError
from components.clouds import CLOUDS, find_cloud
from components.file_settings import FileSettings

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
    """Read ``cloud``, ``poll_interval`` and the maps of ``OBJECTS``.

    Raises:
        ConfigurationError: lists everything that is wrong.
    """
    problems: list[str] = []
    accounts = _read_all("accounts", AccountSettings, config, problems)
    models = _read_all("models", ModelSettings, config, problems)
    deployments = _read_all("deployments", DeploymentSettings, config, problems)
    for key, model in models.items():
        problems += _reference(f"models.{key}.account", model.account, config.get("accounts"))
        for name, file in model.files.items():
            problems += (f"models.{key}.{name}: {said}" for said in file.problems())
    for key, deployment in deployments.items():
        where = f"deployments.{key}"
        problems += _reference(f"{where}.model", deployment.model, config.get("models"))
        problems += _reference(f"{where}.account", deployment.account, config.get("accounts"))
    prices = _read_prices(config.get("prices"), problems)
    if (config.get("poll_interval") or POLL_INTERVAL) < 1:
        problems.append("pollInterval: at least 1 second; the service limits requests")
    located = _locate(str(config.get("cloud") or "public"), accounts, environment, problems)
    if problems:
        text = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigurationError(f"the stack's configuration cannot be right:\n{text}")
    interval = config.get("poll_interval") or POLL_INTERVAL
    created = {key: account.create for key, account in accounts.items() if account.create}
    return Settings(
        accounts=located,
        models=models,
        deployments=deployments,
        created=created,
        prices={**PRICES, **prices},
        poll_interval=interval,
    )


T = TypeVar("T", bound=_Settings)


def _read_all(
    section: str, kind: type[T], config: Mapping[str, Any], problems: list[str]
) -> dict[str, T]:
    """The entries of one section that can be read; what is wrong with the others is noted."""
    raw = config.get(section) or {}
    if not isinstance(raw, Mapping):
        problems.append(f"{section}: a map from names to settings is expected")
        return {}
    entries = {}
    for key, value in raw.items():
        try:
            entries[key] = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            problems.append(_say(f"{section}.{key}", error, kind))
    return entries


def _read_prices(raw: Any, problems: list[str]) -> dict[str, float]:
    """USD for a million training tokens, by model family; they replace those that are built in."""
    try:
        return msgspec.convert(raw or {}, dict[str, Annotated[float, msgspec.Meta(gt=0)]])
    except msgspec.ValidationError as error:
        problems.append(f"prices: {str(error)[0].lower()}{str(error)[1:]}")
        return {}


_NESTED: Mapping[str, type[msgspec.Struct]] = {
    "hyperparameters": HyperparameterSettings,
    "create": CreateSettings,
    "trainingFile": FileSettings,
    "validationFile": FileSettings,
}
_UNKNOWN_FIELD = re.compile(r"unknown field `(\w+)`")


def _say(where: str, error: msgspec.ValidationError, kind: type[_Settings]) -> str:
    """The decoder's words with the place, and for a typo the name that was probably meant."""
    text, _, path = str(error).partition(" - at `$")
    place = where + path.rstrip("`")
    unknown = _UNKNOWN_FIELD.search(text)
    if not unknown:
        return f"{place}: {text[0].lower()}{text[1:]}"
    nested = _NESTED.get(path.lstrip(".").rstrip("`"), kind)
    near = difflib.get_close_matches(unknown[1], nested.__struct_encode_fields__, n=1)
    hint = f", did you mean `{near[0]}`?" if near else ""
    return f"{place}: there is no setting `{unknown[1]}`{hint}"


def _reference(where: str, key: str, known: Any) -> Iterator[str]:
    names = list(known) if isinstance(known, Mapping) else []
    if key not in names:
        near = difflib.get_close_matches(key, names, n=1)
        hint = f", did you mean `{near[0]}`?" if near else ""
        yield f"{where}: there is no `{key}` under `{where.rsplit('.', 1)[1]}s`{hint}"


def _locate(
    cloud: str,
    accounts: Mapping[str, AccountSettings],
    environment: Mapping[str, str],
    problems: list[str],
) -> dict[str, Account]:
    """The accounts with the addresses of their cloud."""
    located = {}
    for key, settings in accounts.items():
        try:
            located[key] = _account(cloud, settings, environment)
        except ConfigurationError as error:
            text = f"accounts.{key}: {error}" if cloud in CLOUDS else f"cloud: {error}"
            if text not in problems:
                problems.append(text)
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
