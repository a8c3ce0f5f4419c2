"""Settings read from a mapping, for tests that want them or all that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from aoai_components.settings import Settings, gather_settings, listed

from aoai.errors import ConfigurationError


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
