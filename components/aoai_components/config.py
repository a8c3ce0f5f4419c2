"""A stack's file: settings and data are checked together, before anything is declared."""

from __future__ import annotations

import datetime
import difflib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi

from aoai.errors import ConfigurationError
from aoai_components.catalog_checks import check_catalog, unused_prices
from aoai_components.discovery import Discover, Discovery, discover_nothing
from aoai_components.settings import OBJECTS, Settings, gather_settings, listed
from aoai_components.training_data import Forecast, RefusedData, judge_data


def read_config(config: pulumi.Config) -> dict[str, Any]:
    """The stack's file, as :func:`read_stack` takes it.

    Settings become inputs of resources, which the state holds as plain text, so a key that is kept
    secret in the file is reported.
    """
    prefix = f"{config.name}:"
    given = [key for key in pulumi.runtime.get_config_env() if key.startswith(prefix)]
    for key in filter(pulumi.runtime.is_config_secret, given):
        pulumi.log.warn(
            f"{key} is a secret here, but will be plain text in the state: set it without "
            "--secret; a SAS belongs into an environment variable, see `sasVariable`"
        )
    return {
        "misnamed": list(misnamed(config.name, pulumi.runtime.get_config_env())),
        **{name: config.get_object(name) for name in OBJECTS},
        "cloud": config.get("cloud"),
        "wait": config.get("wait"),
        "deadline": config.get("deadline"),
        "poll_interval": config.get_int("pollInterval"),
        "keys": [key.removeprefix(prefix) for key in given],
    }


def misnamed(project: str, keys: Iterable[str]) -> Iterator[str]:
    """Keys whose prefix is nearly the project's name: nothing reads them."""
    for key in keys:
        prefix, _, name = key.partition(":")
        if prefix != project and difflib.get_close_matches(prefix, [project], cutoff=0.85):
            yield f"{key}: nothing reads it; did you mean `{project}:{name}`?"


class InvalidStack(ConfigurationError):
    """A stack whose file or data is not valid.

    Attributes:
        settings: as far as they could be read.
        problems: what is wrong with them.
        data: what is wrong with the training data, if something is.
    """

    def __init__(
        self, settings: Settings, problems: Sequence[str], data: RefusedData | None
    ) -> None:
        texts = [listed(list(problems))] if problems else []
        super().__init__("\n".join([*texts, *([str(data)] if data else [])]))
        self.settings = settings
        self.problems = problems
        self.data = data


@dataclass(frozen=True)
class Stack:
    """A stack that can be declared.

    Attributes:
        settings: what its file says.
        forecasts: for each model what a preview shows of its job.
        warnings: what a preview shows of accounts and deployments.
        discovery: what the accounts have answered.
    """

    settings: Settings
    forecasts: Mapping[str, Forecast]
    warnings: Sequence[str] = ()
    discovery: Discovery = field(default_factory=Discovery)

    def show(self) -> None:
        """In a preview, show the warnings."""
        if pulumi.runtime.is_dry_run():
            for warning in self.warnings:
                pulumi.log.warn(warning)


def read_stack(
    config: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    today: Callable[[], datetime.date] = lambda: datetime.datetime.now(datetime.UTC).date(),
    discover: Discover = discover_nothing,
) -> Stack:
    """The settings, and what a preview shows of them, of the data and of the base models.

    Args:
        config: as :func:`read_config` makes it.
        environment: where the emulator's address and a SAS are.
        today: the day that dates of retirement are compared with.
        discover: asks the accounts, while the files are read.

    Raises:
        InvalidStack: lists what is wrong with settings, accounts and data, all of it.
    """
    settings, problems = gather_settings(config, environment)
    if settings.cloud is None:
        discover = discover_nothing  # it is not known where to ask
    with ThreadPoolExecutor(max_workers=1) as pool:
        asking = pool.submit(discover, settings)
        forecasts, refused = _judged(settings, environment)
        found = asking.result()
    notes = check_catalog(settings, settings.catalog, today(), found.offers)
    problems += [
        *notes.problems,
        *(problem for forecast in forecasts.values() for problem in forecast.problems),
        *config.get("misnamed", ()),
        *found.problems(settings),
    ]
    missed = found.missed
    if problems or refused:
        raise InvalidStack(settings, [*problems, *missed], refused)
    forecasts = {key: replace(each, notes=notes.jobs[key]) for key, each in forecasts.items()}
    warnings = [*unused_prices(config.get("prices"), settings), *notes.warnings, *missed]
    return Stack(settings, forecasts, warnings, found)


def _judged(
    settings: Settings, environment: Mapping[str, str]
) -> tuple[Mapping[str, Forecast], RefusedData | None]:
    try:
        return judge_data(settings.models, settings.catalog, environment), None
    except RefusedData as error:
        return error.forecasts, error
