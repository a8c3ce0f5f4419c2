"""The clouds that a stack can name, and where their accounts answer."""

from __future__ import annotations

from collections.abc import Mapping

from aoai.azure.account import Cloud
from aoai.errors import ConfigurationError

EMULATOR_URL = "AOAI_EMULATOR_URL"
"""Environment variable with the emulator's address, for stacks with ``cloud: emulator``."""

CLOUDS: Mapping[str, tuple[Cloud, str]] = {
    "public": (Cloud.PUBLIC, "https://{}.openai.azure.com"),
    "usgovernment": (Cloud.US_GOVERNMENT, "https://{}.openai.azure.us"),
    "china": (Cloud.CHINA, "https://{}.openai.azure.cn"),
}
"""A cloud, and where an account of a given name answers in it."""


def find_cloud(cloud: str, name: str, environment: Mapping[str, str]) -> tuple[Cloud, str]:
    """A cloud's addresses, and where an account of that name answers in it.

    Raises:
        ConfigurationError: there is no such cloud, or the emulator's address is not known.
    """
    if cloud in CLOUDS:
        where, template = CLOUDS[cloud]
        return where, template.format(name)
    if cloud != "emulator":
        choices = ", ".join([*CLOUDS, "emulator"])
        raise ConfigurationError(f"there is no cloud `{cloud}`; choose one of {choices}")
    url = environment.get(EMULATOR_URL, "").rstrip("/")
    if not url:
        raise ConfigurationError(
            f"the emulator's address is not known: run `make up`, then `source .local/env` to set "
            f"{EMULATOR_URL}"
        )
    return Cloud(resource_manager=url, authority=url), f"{url}/{name}"
