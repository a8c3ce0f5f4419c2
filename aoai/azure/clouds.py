"""The clouds by the names that settings and the command line give them."""

from __future__ import annotations

from collections.abc import Mapping

from aoai.azure.account import Cloud
from aoai.errors import ConfigurationError

EMULATOR_URL = "AOAI_EMULATOR_URL"
"""Environment variable with the emulator's address, for stacks with ``cloud: emulator``."""

CLOUDS: Mapping[str, Cloud] = {
    "public": Cloud.PUBLIC,
    "usgovernment": Cloud.US_GOVERNMENT,
    "china": Cloud.CHINA,
}
"""The clouds of Azure by name."""


def find_cloud(cloud: str, environment: Mapping[str, str]) -> Cloud:
    """A cloud's addresses.

    Raises:
        ConfigurationError: there is no such cloud, or the emulator's address is not known.
    """
    if cloud in CLOUDS:
        return CLOUDS[cloud]
    if cloud != "emulator":
        choices = ", ".join([*CLOUDS, "emulator"])
        raise ConfigurationError(f"there is no cloud `{cloud}`; choose one of {choices}")
    url = environment.get(EMULATOR_URL, "").rstrip("/")
    if not url:
        raise ConfigurationError(
            f"the emulator's address is not known: run `make up`, then `source .local/env` to set "
            f"{EMULATOR_URL}"
        )
    return Cloud(resource_manager=url, authority=url)
