"""The engines that the program runs on."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

SUPPORTED_ENGINES = ">=3.216.0 <4.0.0"
"""The versions of the Pulumi CLI: 3.216 is the first that takes new inputs from a refresh, by which
drift is shown."""


def require_engine(
    require: Callable[[str], None] = pulumi.require_pulumi_version,
    warn: Callable[[str], None] = pulumi.log.warn,
) -> None:
    """End the program if the engine that runs it is too old or too new.

    Engines since 3.219 also read the range in Pulumi.yaml, and then do not start the program.

    Args:
        require: asks the engine.
        warn: shows a warning to the user.

    Raises:
        pulumi.RunError: the engine's version is outside of the range.
    """
    try:
        require(SUPPORTED_ENGINES)
    except Exception as error:  # noqa: BLE001  the SDK raises no narrower one
        if "RequirePulumiVersion" not in str(error):
            raise pulumi.RunError(f"{error}: https://www.pulumi.com/docs/install") from None
        # The call has this name since 3.217, so 3.216 cannot be told from an older one.
        warn(f"this Pulumi CLI cannot check its version; {SUPPORTED_ENGINES} is needed")
