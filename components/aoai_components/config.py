"""A stack's file: settings and data are checked together, before anything is declared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pulumi

from aoai.errors import ConfigurationError, DatasetError
from aoai_components.settings import OBJECTS, Settings, gather_settings, listed
from aoai_components.training_data import Forecast, judge_data


def read_config(config: pulumi.Config) -> dict[str, Any]:
    """The stack's file, as :func:`read_stack` takes it.

    Settings become inputs of resources, which the state holds as plain text, so a key that is kept
    secret in the file is reported.
    """
    prefix = f"{config.name}:"
    given = [key for key in pulumi.runtime.get_config_env() if key.startswith(prefix)]
    for key in filter(pulumi.runtime.is_config_secret, given):
        pulumi.log.warn(
            f"{key} holds a secret, which will stand in the state as plain text: write it plainly; "
            "a SAS belongs into an environment variable, see `sasVariable`"
        )
    return {
        **{name: config.get_object(name) for name in OBJECTS},
        "cloud": config.get("cloud"),
        "poll_interval": config.get_int("pollInterval"),
        "keys": [key.removeprefix(prefix) for key in given],
    }


def read_stack(
    config: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> tuple[Settings, dict[str, Forecast]]:
    """The settings, and for each model what a preview shows of its data.

    Raises:
        ConfigurationError: lists what is wrong with the settings and with the data, all of it.
    """
    settings, problems = gather_settings(config, environment)
    faults = [listed(problems)] if problems else []
    forecasts: dict[str, Forecast] = {}
    try:
        forecasts = judge_data(settings.models, settings.prices, environment)
    except DatasetError as error:
        faults.append(str(error))
    if faults:
        raise ConfigurationError("\n".join(faults))
    return settings, forecasts
