"""A stack's settings: the only reader of its configuration.

Every mistake is found at once, and each is shown with its key in the stack's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aoai.azure.account import Account, Cloud
from aoai.catalog import Catalog
from aoai.resources.deployment_inputs import DeploymentOptions
from aoai.resources.job_pace import SHORTEST
from aoai.resources.job_waiter import WAITS, Wait
from aoai_components.account_settings import (
    AccountSettings,
    CreateSettings,
    locate,
    read_cloud,
)
from aoai_components.catalog_settings import read_catalog
from aoai_components.checkpoint_checks import metric_problems
from aoai_components.config_errors import did_you_mean, read_entry, reference
from aoai_components.created_accounts import create_problems
from aoai_components.entries import (
    DeploymentEntry,
    Entry,
    ModelEntry,
    deployment_options,
    given,
)
from aoai_components.grader_file import with_graders
from aoai_components.model_chains import circles, elsewhere, resolved
from aoai_components.model_settings import (
    ModelSettings,
    deadline_problems,
    model_of,
    model_problems,
    origin_problems,
)
from aoai_components.provider_checks import (
    contradicting,
    deployment_problems,
    shared_models,
    shared_names,
)


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

KEYS = ("cloud", "wait", "deadline", "pollInterval", *OBJECTS)
"""All keys of a stack."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that a stack's file states.

    Attributes:
        cloud: where its accounts are; None if that is not known.
        poll_interval: shortest seconds between two polls of an account's jobs.
        wait: what an update does about its jobs.
        deadline: how long it waits at most, as written.
    """

    cloud: Cloud | None
    accounts: Mapping[str, Account]
    models: Mapping[str, ModelSettings]
    deployments: Mapping[str, DeploymentSettings]
    created: Mapping[str, CreateSettings]
    catalog: Catalog
    stated: Mapping[str, Any] = field(default_factory=dict)
    poll_interval: float = SHORTEST
    wait: Wait = "block"
    deadline: str | None = None

    def wait_of(self, model: str) -> Wait:
        """What an update does about the job of a model, by its key."""
        return self.models[model].wait or self.wait

    def deadline_of(self, model: str) -> str | None:
        """How long an update waits for the job of a model at most, as written."""
        return self.models[model].deadline or self.deadline

    def stated_of(self, base_model: str) -> Mapping[str, Any] | None:
        """What the stack's ``catalog`` states of a base model, by any of its names."""
        known = self.catalog.canonical(base_model)
        found = {k: v for k, v in self.stated.items() if self.catalog.canonical(k) == known}
        return found or None

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
    problems += _origins(config.get("models"))
    models = resolved({key: model_of(entry) for key, entry in entries.items()})
    raw = _read_all("deployments", DeploymentEntry, config, problems)
    deployments = {
        key: deployment_of(entry, entries.get(entry.model)) for key, entry in raw.items()
    }
    for key, model in models.items():
        problems += model_problems(f"models.{key}", model, config)
        problems += metric_problems(f"models.{key}", model)
    for key, deployment in deployments.items():
        problems += _deployment_problems(f"deployments.{key}", deployment, config)
    for key, account in accounts.items():
        if account.create is not None:
            problems += create_problems(f"accounts.{key}.create", account.create)
    cloud = read_cloud(config.get("cloud"), environment, problems)
    located = locate(cloud or Cloud.PUBLIC, accounts, problems)  # so that all are checked
    problems += [*contradicting(located), *_shared(deployments, models, located)]
    problems += [*circles(models), *elsewhere(models, located)]
    settings = Settings(
        cloud=cloud,
        accounts=located,
        models=models,
        deployments=deployments,
        created={key: account.create for key, account in accounts.items() if account.create},
        catalog=read_catalog(config, problems),
        stated=config.get("catalog") or {},
        **_waiting(config, problems),
    )
    return settings, problems


def _waiting(config: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """What an update does about its jobs."""
    interval = config.get("poll_interval")
    deadline, wait = (_text(config.get(key)) for key in ("deadline", "wait"))
    if interval is not None and interval < 1:
        problems.append("pollInterval: at least 1 second; the service limits requests")
    if wait and wait not in WAITS:
        problems.append(f"wait: `block` or `detach`, not {wait!r}{did_you_mean(wait, WAITS)}")
    problems += deadline_problems("deadline", deadline or None)
    return {
        "poll_interval": interval or SHORTEST,
        "deadline": deadline or None,
        "wait": wait or WAITS[0],
    }


def _text(value: Any) -> str | None:
    """A value that is text; what is none is refused as what it looks like."""
    return None if value is None else str(value)


def deployment_of(entry: Any, model: Any) -> DeploymentSettings:
    """The deployment that an entry of the stack's YAML states; ``model`` is its model's entry."""
    return DeploymentSettings(
        model=entry.model, account=entry.account, options=deployment_options(entry, model)
    )


def _origins(raw: Any) -> Iterator[str]:
    for key, value in raw.items() if isinstance(raw, Mapping) else ():
        yield from origin_problems(f"models.{key}", value, raw)


def _shared(
    deployments: Mapping[str, DeploymentSettings],
    models: Mapping[str, ModelSettings],
    located: Mapping[str, Account],
) -> Iterator[str]:
    """Names and models that two deployments of an account have in common."""
    placed = {key: d for key, d in deployments.items() if d.account in located}
    yield from shared_names(
        (key, located[deployment.account].key, str(deployment.options.deployment_name))
        for key, deployment in placed.items()
        if deployment.options.deployment_name is not None
    )
    yield from shared_models(
        (key, located[deployment.account].key, _served(deployment.model, models[deployment.model]))
        for key, deployment in placed.items()
        if deployment.model in models
    )


def _served(key: str, model: ModelSettings) -> str:
    """What names the model that is served; two entries may take in the same one."""
    taken_in = model.existing_model or model.existing_job_id
    return f"{taken_in} {model.checkpoint}" if taken_in else key


T = TypeVar("T", bound=Entry)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")  # it becomes the name of resources


def _read_all(
    section: str, kind: type[T], config: Mapping[str, Any], problems: list[str]
) -> dict[str, T]:
    """The entries of one section that can be read; what is wrong is noted."""
    raw = {} if config.get(section) is None else config[section]
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


def _deployment_problems(
    where: str, deployment: DeploymentSettings, config: Mapping[str, Any]
) -> Iterator[str]:
    yield from reference(f"{where}.model", deployment.model, config.get("models"))
    yield from reference(f"{where}.account", deployment.account, config.get("accounts"))
    yield from deployment_problems(where, given(deployment.options))
